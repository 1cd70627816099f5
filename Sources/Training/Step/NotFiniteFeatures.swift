import Engine

/// Features of a step's batch that aren't numbers, found before anything is updated. All workers find the same.
public struct NotFiniteFeatures: Error, Equatable, Sendable, CustomStringConvertible {
  /// Rows of the global batch.
  public let images: [Int]
  public let texts: [Int]

  /// Nil where all are finite. A pair's wrong captions count as its texts.
  init?(_ batch: PairBatch) {
    let wrong = batch.hardNegatives.map { wrong in Self.rows(wrong).map { $0 * batch.texts.rows / wrong.rows } } ?? []
    (images, texts) = (Self.rows(batch.images), Set(Self.rows(batch.texts) + wrong).sorted())
    if images.isEmpty && texts.isEmpty { return nil }
  }

  /// - Parameter losses: of the rows, where each has one of its own.
  init?(_ losses: Tensor) {
    (images, texts) = (losses.isFinite ? [] : losses.array.indices.filter { !losses.array[$0].isFinite }, [])
    if images.isEmpty { return nil }
  }

  private static func rows(_ features: Tensor) -> [Int] {
    if features.isFinite { return [] }
    return (0..<features.rows).filter { !features.rows($0..<$0 + 1).isFinite }
  }

  public var description: String {
    "features of \(images.count) pictures and \(texts.count) texts of the batch are not finite"
  }
}

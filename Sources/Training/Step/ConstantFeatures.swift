import Engine

/// Which of a batch's two sets of features are one and the same row: nothing can be learnt from such.
public struct ConstantFeatures: Equatable, Sendable {
  public let images: Bool
  public let texts: Bool

  /// - Parameter batch: nil where no features were gathered, of which nothing is said then.
  init(_ batch: PairBatch?) {
    (images, texts) = (
      batch.map { Self.areConstant($0.images) } ?? false, batch.map { Self.areConstant($0.texts) } ?? false
    )
  }

  /// Whether all unit rows lie within 1e-4 of the first: where they are one up to rounding. Ends at the first that doesn't.
  private static func areConstant(_ features: Tensor) -> Bool {
    let (values, width) = (features.buffer, features.width)
    guard features.rows > 1 else { return false }
    return (1..<features.rows).allSatisfy { row in
      let square = (0..<width).reduce(Float(0)) { sum, i in
        let difference = values[row * width + i] - values[i]
        return sum + difference * difference
      }
      return square <= 1e-8
    }
  }
}

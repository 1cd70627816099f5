import Pairs

/// Small pictures of stored rows, read when they are asked for.
struct Thumbnails: Sendable {
  private let source: any PairSource
  /// Of each row its pair; −1 where the source has none of its key.
  private let pairs: [Int32]
  static let side = 256

  /// - Parameter keys: the rows' keys.
  init(_ keys: [String], in source: any PairSource) {
    var numbers: [String: Int32] = [:]
    for index in 0..<source.count where numbers[source.location(of: index).key] == nil {
      numbers[source.location(of: index).key] = Int32(index)
    }
    (self.source, pairs) = (source, keys.map { numbers[$0] ?? -1 })
  }

  /// A JPEG of a row's picture, its middle square; nil where there is none, or it can't be read.
  func file(row: Int) -> [UInt8]? {
    guard pairs.indices.contains(row), pairs[row] >= 0, let pair = try? source.pair(at: Int(pairs[row])),
      let pixels = try? ImageTransform.evaluation(side: Self.side)(pair.image)
    else { return nil }
    return try? Picture(width: Self.side, height: Self.side, pixels: pixels).encoded(as: ".jpg[Q=88]")
  }
}

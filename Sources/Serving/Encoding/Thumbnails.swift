import Pairs

/// Small pictures of stored rows, read when they are asked for.
struct Thumbnails: Sendable {
  private let source: any PairSource
  /// Of each row its pair; −1 where the source has none of its key.
  private let pairs: [Int32]
  static let side = 256

  /// - Parameter keys: the rows' keys.
  init(_ keys: [String], in source: any PairSource) {
    let numbers = firstPlaces(of: (0..<source.count).lazy.map { source.location(of: $0).key })
    (self.source, pairs) = (source, keys.map { numbers[Array($0.utf8)] ?? -1 })
  }

  /// A JPEG of a row's picture, its middle square; nil where there is none, or it can't be read.
  func file(row: Int) -> [UInt8]? {
    guard pairs.indices.contains(row), pairs[row] >= 0, let pair = try? source.pair(at: Int(pairs[row])),
      let pixels = try? ImageTransform.evaluation(side: Self.side)(pair.image)
    else { return nil }
    return try? Picture(width: Self.side, height: Self.side, pixels: pixels).encoded(as: ".jpg[Q=88]")
  }
}

/// Of each key the first place, by its bytes: to Swift two spellings of one letter are equal, and two pairs may differ by them.
func firstPlaces(of keys: some Sequence<String>) -> [[UInt8]: Int32] {
  var places: [[UInt8]: Int32] = [:]
  for (place, key) in keys.enumerated() where places[Array(key.utf8)] == nil { places[Array(key.utf8)] = Int32(place) }
  return places
}

/// Where a member's bytes lie in its tar.
struct Extent: Hashable, Sendable, Codable {
  /// A stretch that is stored; between them a sparse file has zeros.
  struct Piece: Hashable, Sendable, Codable {
    /// Its place in the member.
    let place: Int
    /// Its place in the tar.
    let offset: Int
    let count: Int
  }

  /// Where the member's own header begins.
  let header: Int
  let offset: Int
  /// The member's bytes, holes counted.
  let size: Int
  /// Of a sparse member; nil where all bytes lie at `offset`.
  let pieces: [Piece]?

  init(_ range: Range<Int>, header: Int) {
    (self.header, offset, size, pieces) = (header, range.lowerBound, range.count, nil)
  }

  /// A sparse member.
  ///
  /// - Parameters:
  ///   - map: places and counts of what is stored.
  ///   - stored: where that lies, one after the other.
  /// - Returns: nil where the map doesn't fit what is stored.
  init?(size: Int, map: [(place: Int, count: Int)], stored: Range<Int>, header: Int) {
    var (pieces, at, end) = ([Piece](), stored.lowerBound, 0)
    for (place, count) in map where count > 0 {
      guard place >= end, count <= size - place, count <= stored.upperBound - at else { return nil }
      pieces.append(Piece(place: place, offset: at, count: count))
      (at, end) = (at + count, place + count)
    }
    (self.header, offset, self.size, self.pieces) = (header, stored.lowerBound, size, pieces)
  }

  /// The member's bytes, or so many of them as it begins with.
  func read(_ file: some PositionedBytes, first most: Int = .max) throws(ShardError) -> [UInt8] {
    let size = min(size, most)
    guard let pieces else { return try file.read(offset..<offset + size) }
    var bytes = [UInt8](repeating: 0, count: size)
    for piece in pieces where piece.place < size {
      let count = min(piece.count, size - piece.place)
      bytes.replaceSubrange(
        piece.place..<piece.place + count, with: try file.read(piece.offset..<piece.offset + count))
    }
    return bytes
  }
}

/// Where a member's bytes lie in its tar.
struct Extent: Hashable, Sendable {
  /// A stretch that is stored; between them a sparse file has zeros.
  struct Piece: Hashable, Sendable {
    /// Its place in the member.
    let place: Int
    /// Its place in the tar.
    let offset: Int
    let count: Int
  }

  let offset: Int
  /// The member's bytes, holes counted.
  let size: Int
  /// Of a sparse member; nil where all bytes lie at `offset`.
  let pieces: [Piece]?

  init(_ range: Range<Int>) { (offset, size, pieces) = (range.lowerBound, range.count, nil) }

  /// A sparse member.
  ///
  /// - Parameters:
  ///   - map: places and counts of what is stored.
  ///   - stored: where that lies, one after the other.
  /// - Returns: nil where the map doesn't fit what is stored.
  init?(size: Int, map: [(place: Int, count: Int)], stored: Range<Int>) {
    var (pieces, at, end) = ([Piece](), stored.lowerBound, 0)
    for (place, count) in map where count > 0 {
      guard place >= end, count <= size - place, count <= stored.upperBound - at else { return nil }
      pieces.append(Piece(place: place, offset: at, count: count))
      (at, end) = (at + count, place + count)
    }
    (offset, self.size, self.pieces) = (stored.lowerBound, size, pieces)
  }

  func read(_ file: DataSetFile) throws(ShardError) -> [UInt8] {
    guard let pieces else { return try file.read(offset..<offset + size) }
    var bytes = [UInt8](repeating: 0, count: size)
    for piece in pieces {
      bytes.replaceSubrange(
        piece.place..<piece.place + piece.count, with: try file.read(piece.offset..<piece.offset + piece.count))
    }
    return bytes
  }
}

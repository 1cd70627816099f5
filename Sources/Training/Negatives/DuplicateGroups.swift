/// The rows of a batch by their caption and by their picture.
struct DuplicateGroups {
  private let captions: Groups
  private let pictures: Groups

  init(_ labels: RowLabels) {
    captions = Groups(labels.captions)
    pictures = Groups(labels.pictures)
  }

  /// Rows with the row's caption or its picture, itself included.
  func count(of row: Int) -> Int {
    let (a, b) = (captions.members(like: row), pictures.members(like: row))
    if a.count == 1 || b.count == 1 { return max(a.count, b.count) }
    return Set(a).union(b).count
  }

  /// Calls `body` for all pairs of a tile that have one caption or one picture; for some of them twice.
  func forEachPair(_ rows: Range<Int>, _ columns: Range<Int>, _ body: (_ row: Int, _ column: Int) -> Void) {
    for groups in [captions, pictures] {
      for row in rows {
        let like = groups.members(like: row)
        guard like.count > 1 else { continue }
        for column in like.rising(within: columns) { body(row, column) }
      }
    }
  }
}

/// Rows that share a hash, one group after the other, each in rising order.
private struct Groups {
  private let members: [Int]
  /// By row, where its group lies among `members`.
  private let places: [Range<Int>]

  init(_ hashes: [UInt64]) {
    let members = hashes.indices.sorted { (hashes[$0], $0) < (hashes[$1], $1) }
    var places = [Range<Int>](repeating: 0..<0, count: hashes.count)
    var start = 0
    while start < members.count {
      let end = members[start...].firstIndex { hashes[$0] != hashes[members[start]] } ?? members.count
      for row in members[start..<end] { places[row] = start..<end }
      start = end
    }
    (self.members, self.places) = (members, places)
  }

  func members(like row: Int) -> ArraySlice<Int> { members[places[row]] }
}

extension ArraySlice<Int> {
  /// Of rising rows those within a range.
  func rising(within range: Range<Int>) -> ArraySlice<Int> {
    self[first(atLeast: range.lowerBound)..<first(atLeast: range.upperBound)]
  }

  private func first(atLeast row: Int) -> Int {
    var (low, high) = (startIndex, endIndex)
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < row { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

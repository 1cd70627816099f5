import Engine

/// Rows that are near to equal: all pairs whose product reaches a threshold, found tile by tile.
///
/// Neither the matrix of products nor the list of pairs is held; of each row its nearest partner is, and the group that it belongs to.
public struct NearDuplicates: Sendable {
  /// A row's partner with the largest product, of equal ones the first; nil where none reaches the threshold.
  public let nearest: [TopK.Entry?]
  /// The first row of each row's group: rows of which each is near to another of the group, however far the others are.
  /// Between two matrices each row is its own.
  public let groups: [Int]
  /// How many pairs reach the threshold.
  public let pairs: Int

  /// Pairs within one matrix.
  ///
  /// - Parameters:
  ///   - rows: unit rows.
  ///   - advanced: told how many rows are done.
  public init(of rows: RowPieces, reaching threshold: Float, advanced: (Int) -> Void = { _ in }) {
    var partners = Partners(count: rows.count)
    for strip in strips(rows.count) {
      let some = rows.rows(strip)
      // What lies before the strip has met it already.
      for columns in stretches(strip.lowerBound..<rows.count) {
        for hit in hits(some, rows, columns, threshold)
        where strip.lowerBound + hit.query < hit.column {
          partners.meet(strip.lowerBound + hit.query, hit.column, hit.score)
        }
      }
      advanced(strip.upperBound)
    }
    (nearest, pairs, groups) = (partners.nearest, partners.pairs, partners.groups)
  }

  /// Pairs of a row of one matrix and a row of another.
  ///
  /// - Parameters:
  ///   - rows: unit rows, of which the partners are found.
  ///   - others: unit rows, the partners.
  public init(
    of rows: RowPieces, among others: RowPieces, reaching threshold: Float, advanced: (Int) -> Void = { _ in }
  ) {
    var partners = Partners(count: rows.count)
    for strip in strips(rows.count) {
      for columns in stretches(0..<others.count) {
        for hit in hits(rows.rows(strip), others, columns, threshold) {
          partners.prefer(strip.lowerBound + hit.query, hit.column, hit.score)
          partners.pairs += 1
        }
      }
      advanced(strip.upperBound)
    }
    (nearest, pairs, groups) = (partners.nearest, partners.pairs, Array(0..<rows.count))
  }
}

/// A pair that reaches the threshold.
private struct Hit {
  let query: Int
  let column: Int
  let score: Float
}

private func strips(_ count: Int) -> [Range<Int>] { cut(0..<count, 1024) }

/// Where all rows are equal, a strip has four million hits in one stretch.
private func stretches(_ range: Range<Int>) -> [Range<Int>] { cut(range, 1 << 12) }

private func cut(_ range: Range<Int>, _ length: Int) -> [Range<Int>] {
  stride(from: range.lowerBound, to: range.upperBound, by: length).map { $0..<min(range.upperBound, $0 + length) }
}

private func hits(_ queries: Tensor, _ rows: RowPieces, _ columns: Range<Int>, _ threshold: Float) -> [Hit] {
  gather(
    queries, rows, in: columns, none: [Hit](),
    see: { hits, query, scores, start in
      eachReaching(threshold, in: scores) { place, score in
        hits.append(Hit(query: query, column: start + place, score: score))
      }
    }, join: { $0 += $1 })
}

/// Rows' nearest partners and their groups, while pairs come by in any order.
private struct Partners {
  private(set) var nearest: [TopK.Entry?]
  var pairs = 0
  /// Each row's way to its group's first row.
  private var parents: [Int]

  init(count: Int) {
    nearest = Array(repeating: nil, count: count)
    parents = Array(0..<count)
  }

  mutating func meet(_ a: Int, _ b: Int, _ score: Float) {
    prefer(a, b, score)
    prefer(b, a, score)
    pairs += 1
    let (first, second) = (root(a), root(b))
    parents[max(first, second)] = min(first, second)
  }

  mutating func prefer(_ row: Int, _ partner: Int, _ score: Float) {
    let entry = TopK.Entry(column: partner, score: score)
    if let found = nearest[row], !entry.precedes(found) { return }
    nearest[row] = entry
  }

  var groups: [Int] {
    var copy = self
    return parents.indices.map { copy.root($0) }
  }

  /// Halves the way as it goes.
  private mutating func root(_ row: Int) -> Int {
    var row = row
    while parents[row] != row {
      parents[row] = parents[parents[row]]
      row = parents[row]
    }
    return row
  }
}

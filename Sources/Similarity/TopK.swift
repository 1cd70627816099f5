import Engine

/// The k columns with the largest scores of one row, found while columns come by and by.
///
/// Of equal scores the one in the lower column comes first. What isn't a number counts as −∞.
public struct TopK: Sendable {
  /// A column and its score.
  public struct Entry: Sendable, Equatable {
    public let column: Int
    public let score: Float

    public init(column: Int, score: Float) { (self.column, self.score) = (column, score) }
  }

  private let k: Int
  /// From the best: k, or all columns where there are fewer.
  public private(set) var entries: [Entry] = []

  /// - Parameter k: at least 1.
  public init(_ k: Int) {
    precondition(k > 0, "top k: k is \(k)")
    self.k = k
  }

  /// Adds neighbouring columns. Which come first doesn't matter; none comes twice.
  ///
  /// - Parameter column: the first one's.
  public mutating func add(_ scores: some Sequence<Float>, from column: Int) {
    for (i, score) in scores.enumerated() {
      add(Entry(column: column + i, score: score.isNaN ? -.infinity : score))
    }
  }

  /// Adds neighbouring columns, whose scores lie together.
  public mutating func add(_ scores: UnsafeBufferPointer<Float>, from column: Int) {
    var next = 0
    while next < scores.count {
      if entries.count == k {
        next = firstReaching(entries[k - 1].score, in: scores, from: next)
        guard next < scores.count else { return }
      }
      let score = scores[next]
      add(Entry(column: column + next, score: score.isNaN ? -.infinity : score))
      next += 1
    }
  }

  /// Adds what another found among other columns.
  public mutating func add(_ other: TopK) {
    for entry in other.entries { add(entry) }
  }

  private mutating func add(_ entry: Entry) {
    if entries.count == k {
      guard entry.precedes(entries[k - 1]) else { return }
      entries.removeLast()
    }
    entries.insert(entry, at: place(of: entry))
  }

  /// How many entries come before one that isn't among them, by halving.
  private func place(of entry: Entry) -> Int {
    var range = entries.indices
    while !range.isEmpty {
      let middle = (range.lowerBound + range.upperBound) / 2
      range = entries[middle].precedes(entry) ? middle + 1..<range.upperBound : range.lowerBound..<middle
    }
    return range.lowerBound
  }
}

extension TopK.Entry {
  func precedes(_ other: Self) -> Bool {
    score == other.score ? column < other.column : score > other.score
  }
}

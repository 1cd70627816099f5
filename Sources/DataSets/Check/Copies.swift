/// How often something comes again.
public struct Copies: Sendable, Encodable, Equatable {
  /// Things that come more than once.
  public var groups = 0
  /// All but the first of each group.
  public var copies = 0
  /// Of the largest group.
  public var largest = 0
  /// The first members of the largest groups.
  public var examples: [[String]] = []

  /// - Parameters:
  ///   - marks: equal ones mark what is the same.
  ///   - describe: shows the n-th.
  init<Mark: Hashable & Comparable>(_ marks: [Mark], examples: Int, describe: (Int) -> String) {
    let order = marks.indices.sorted { (marks[$0], $0) < (marks[$1], $1) }
    var (start, found) = (0, [ArraySlice<Int>]())
    while start < order.count {
      var end = start + 1
      while end < order.count, marks[order[end]] == marks[order[start]] { end += 1 }
      if end > start + 1 { found.append(order[start..<end]) }
      start = end
    }
    groups = found.count
    copies = found.reduce(0) { $0 + $1.count - 1 }
    largest = found.map(\.count).max() ?? 0
    let shown = found.sorted { (-$0.count, $0[$0.startIndex]) < (-$1.count, $1[$1.startIndex]) }.prefix(examples)
    self.examples = shown.map { $0.prefix(Self.shownMembers).map(describe) }
  }

  private static let shownMembers = 4
}

/// Where numbers lie.
public struct Spread: Sendable, Encodable, Equatable {
  public let least: Int
  public let median: Int
  /// The 99th percentile.
  public let high: Int
  public let most: Int

  /// Nil for none.
  init?(_ numbers: [Int32]) {
    let sorted = numbers.sorted()
    guard let first = sorted.first, let last = sorted.last else { return nil }
    (least, most) = (Int(first), Int(last))
    median = Int(sorted[(sorted.count - 1) / 2])
    high = Int(sorted[(sorted.count - 1) * 99 / 100])
  }

  enum CodingKeys: String, CodingKey {
    case least, median, most
    case high = "percentile_99"
  }
}

/// What isn't used of some data, by kind: how often, and the first of each.
public struct SkipSummary: Sendable {
  private var kinds: [(kind: String, count: Int, first: SkippedSample)] = []
  /// Pairs that are lost.
  public private(set) var lost = 0

  public init(_ samples: some Sequence<SkippedSample> = []) {
    for sample in samples { add(sample) }
  }

  /// - Returns: how many of its kind there are now.
  @discardableResult
  public mutating func add(_ sample: SkippedSample) -> Int {
    if sample.flaw.losesPair { lost += 1 }
    guard let at = kinds.firstIndex(where: { $0.kind == sample.flaw.kind }) else {
      kinds.append((sample.flaw.kind, 1, sample))
      return 1
    }
    kinds[at].count += 1
    return kinds[at].count
  }

  public var isEmpty: Bool { kinds.isEmpty }

  /// A line a kind, the most frequent first: `pictures that can't be decoded (12), the first: k7 in a.tar: …`.
  public var lines: [String] {
    let order = kinds.indices.sorted { (-kinds[$0].count, $0) < (-kinds[$1].count, $1) }
    return order.map { "\(kinds[$0].kind) (\(kinds[$0].count)), the first: \(kinds[$0].first)" }
  }

  /// `pictures that can't be decoded (12), captions without a picture (1)`; nil where all is used.
  public var counts: String? {
    isEmpty ? nil : kinds.map { "\($0.kind) (\($0.count))" }.joined(separator: ", ")
  }

  /// The two most frequent kinds.
  var inOneLine: String { lines.isEmpty ? "nothing that is read" : lines.prefix(2).joined(separator: "; ") }
}

/// What a terminal is told of what isn't used: the first of each kind, and in the end how many of each.
public struct SkipLines: Sendable {
  private static let named = 3
  private var summary = SkipSummary()

  public init() {}

  /// Pairs that are lost.
  public var lost: Int { summary.lost }

  /// What to say of one now; nil where there were enough of its kind.
  public mutating func line(_ sample: SkippedSample) -> String? {
    let count = summary.add(sample)
    if count > Self.named + 1 { return nil }
    if count > Self.named { return "skipped more: \(sample.flaw.kind); from here on they are counted" }
    return (sample.flaw.losesPair ? "skipped " : "note: ") + sample.description
  }

  /// What to say in the end; nil where all was used.
  public var last: String? { summary.counts.map { "skipped in all: \($0)" } }
}

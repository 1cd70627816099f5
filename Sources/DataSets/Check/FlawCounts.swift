import Pairs

/// What isn't used of some data, by kind, with examples.
public struct FlawCounts: Sendable {
  public struct Kind: Sendable, Encodable {
    public let kind: String
    public internal(set) var count: Int
    public let losesPair: Bool
    public internal(set) var examples: [Example]

    enum CodingKeys: String, CodingKey {
      case kind, count, examples
      case losesPair = "loses_pair"
    }
  }

  public struct Example: Sendable, Encodable {
    public let file: String
    public let record: String
    public let byte: Int?
    public let reason: String
  }

  private let mostExamples: Int
  private var known: [Kind] = []

  init(examples: Int) { mostExamples = examples }

  /// The most frequent first.
  public var kinds: [Kind] {
    known.indices.sorted { (-known[$0].count, $0) < (-known[$1].count, $1) }.map { known[$0] }
  }

  /// Pairs that are lost.
  public var lost: Int { known.reduce(0) { $0 + ($1.losesPair ? $1.count : 0) } }

  mutating func add(_ sample: SkippedSample) {
    let kind = sample.flaw.kind
    let at = known.firstIndex { $0.kind == kind } ?? known.count
    if at == known.count {
      known.append(Kind(kind: kind, count: 0, losesPair: sample.flaw.losesPair, examples: []))
    }
    known[at].count += 1
    guard known[at].examples.count < mostExamples else { return }
    let place = sample.location
    known[at].examples.append(
      Example(file: place.file, record: place.key, byte: place.byte, reason: sample.reason))
  }
}

import Randomness

/// Pairs whose pictures stand with each other's captions, labels and fields, in an order drawn once by a seed.
///
/// Each caption comes as often as before, so all that the texts tell by themselves stays; what a picture tells of its caption is
/// gone. A model that seems to learn it all the same has been measured wrongly. One pair in the mean keeps its own.
public struct ShuffledPairs: PairSource {
  private let source: any PairSource
  private let seed: UInt64
  /// Whose words a picture stands with.
  private let words: [Int]

  public init(_ source: any PairSource, seed: UInt64) {
    var random = Philox(seed: seed, purpose: .pairing)
    (self.source, self.seed, words) = (source, seed, shuffled(Array(0..<source.count), &random))
  }

  public var count: Int { source.count }
  public var skipped: [SkippedSample] { source.skipped }
  public var shardRanges: [Range<Int>] { source.shardRanges }
  public func location(of index: Int) -> PairLocation { source.location(of: index) }

  public func pair(at index: Int) throws -> Pair {
    let own = try source.pair(at: index)
    return joined(own, try source.pairWithoutImage(at: words[index]))
  }

  public func pairWithoutImage(at index: Int) throws -> Pair {
    let other = try source.pairWithoutImage(at: words[index])
    return Pair(
      key: location(of: index).key, image: [], captions: other.captions, shares: other.shares, label: other.label,
      json: other.json, flaws: other.flaws)
  }

  /// Other words make other data.
  public func identify(to identity: DataIdentity) throws {
    try source.identify(to: identity)
    identity.add("captions shuffled by \(seed)")
  }

  public func identify(_ range: Range<Int>, to identity: DataIdentity) throws {
    try source.identify(range, to: identity)
  }

  private func joined(_ own: Pair, _ other: Pair) -> Pair {
    Pair(
      key: own.key, image: own.image, captions: other.captions, shares: other.shares, label: other.label,
      json: other.json, flaws: own.flaws + other.flaws)
  }
}

/// Pairs by number, readable from several threads at once.
///
/// What is wrong with one pair alone is thrown as a `Flaw`: readers skip that pair and say so. Any other error, such as
/// a shard that has gone, ends the reading.
public protocol PairSource: Sendable {
  /// How many pairs there are.
  var count: Int { get }
  /// Reads a pair, `index` in `0..<count`.
  func pair(at index: Int) throws -> Pair
  /// The pair with an empty `image`: for readers of captions and labels, who can spare themselves the picture.
  func pairWithoutImage(at index: Int) throws -> Pair
  /// Where a pair lies, known without reading it.
  func location(of index: Int) -> PairLocation
  /// What was found not to be a pair when the source was opened, and what was passed over; not part of `count`.
  var skipped: [SkippedSample] { get }
  /// The samples that lie in one file each, in their order: together `0..<count`. Reading those of one range before those
  /// of the next keeps to few files.
  var shardRanges: [Range<Int>] { get }
  /// Adds what makes the data these and no others.
  func identify(to identity: DataIdentity) throws
  /// Adds what makes pairs that lie in one file these and no others.
  func identify(_ range: Range<Int>, to identity: DataIdentity) throws
}

extension PairSource {
  public func pairWithoutImage(at index: Int) throws -> Pair {
    let pair = try pair(at: index)
    return Pair(
      key: pair.key, image: [], captions: pair.captions, shares: pair.shares, label: pair.label, json: pair.json,
      flaws: pair.flaws)
  }

  public func location(of index: Int) -> PairLocation { PairLocation(key: "pair \(index)", file: "") }
  public var skipped: [SkippedSample] { [] }
  public var shardRanges: [Range<Int>] { count > 0 ? [0..<count] : [] }

  public func identify(to identity: DataIdentity) throws {
    try identify(0..<count, to: identity)
  }

  public func identify(_ range: Range<Int>, to identity: DataIdentity) throws {
    for index in range { identity.add(location(of: index).key) }
  }
}

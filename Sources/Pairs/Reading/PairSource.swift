/// Pairs by number, readable from several threads at once.
///
/// What is wrong with one pair alone is thrown as a `SampleError`: readers skip that pair and say so. Any other error,
/// such as a shard that has gone, ends the reading.
public protocol PairSource: Sendable {
  /// How many pairs there are.
  var count: Int { get }
  /// Reads a pair, `index` in `0..<count`.
  func pair(at index: Int) throws -> Pair
  /// The pair with an empty `image`: for readers of captions and labels, who can spare themselves the picture.
  func pairWithoutImage(at index: Int) throws -> Pair
  /// Where a pair lies, known without reading it.
  func location(of index: Int) -> PairLocation
  /// What was found not to be a pair when the source was opened; not part of `count`.
  var skipped: [SkippedSample] { get }
}

extension PairSource {
  public func pairWithoutImage(at index: Int) throws -> Pair {
    let pair = try pair(at: index)
    return Pair(key: pair.key, image: [], captions: pair.captions, json: pair.json)
  }

  public func location(of index: Int) -> PairLocation { PairLocation(key: "pair \(index)", file: "") }
  public var skipped: [SkippedSample] { [] }
}

/// Where a pair lies.
public struct PairLocation: Hashable, Sendable {
  /// The pair's name in its source.
  public let key: String
  /// The shard, table or folder.
  public let file: String

  public init(key: String, file: String) {
    (self.key, self.file) = (key, file)
  }
}

/// A pair that was left out, and why.
public struct SkippedSample: Hashable, Sendable, CustomStringConvertible {
  /// The pair's name in its source.
  public let key: String
  /// The shard, table or folder.
  public let shard: String
  public let reason: String

  public init(key: String, shard: String, reason: String) {
    (self.key, self.shard, self.reason) = (key, shard, reason)
  }

  init(captionOnly key: String, in shard: String) {
    self.init(key: key, shard: shard, reason: "it has a caption but no picture")
  }

  init(pictureOnly key: String, in shard: String) {
    self.init(key: key, shard: shard, reason: "it has a picture but neither .txt nor .json")
  }

  public var description: String { shard.isEmpty ? "\(key): \(reason)" : "\(key) in \(shard): \(reason)" }
}

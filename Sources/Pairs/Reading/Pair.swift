import Foundation
import Randomness

/// A picture and what is said of it, as stored: nothing decoded.
public struct Pair: Sendable {
  /// Names the pair in its source: a WebDataset key, or the picture's path.
  public let key: String
  /// The picture's file: JPEG, PNG, WebP, … Empty where nobody asked for it.
  public let image: [UInt8]
  /// At least one, none empty, none twice; none where pictures alone are read.
  public let captions: [String]
  /// How often each caption is drawn in training; empty where all are drawn alike.
  public let shares: [Float]
  /// The class's name, or its number from 0: the contents of `key.cls`, or of the field that the options name.
  public let label: String?
  /// The bytes of `key.json`, or of what stands for it: a line of JSONL, a table's row; or nothing.
  public let json: [UInt8]
  /// What isn't used of the pair, and why.
  public let flaws: [Flaw]

  public init(
    key: String, image: [UInt8], captions: [String], shares: [Float] = [], label: String? = nil, json: [UInt8] = [],
    flaws: [Flaw] = []
  ) {
    precondition(shares.isEmpty || shares.count == captions.count, "pair: \(captions.count) captions, \(shares.count)")
    (self.key, self.image, self.captions, self.shares) = (key, image, captions, shares)
    (self.label, self.json, self.flaws) = (label, json, flaws)
  }

  /// The pair's `key.json`, decoded; an empty object when there is none.
  public func metadata<Fields: Decodable>(as type: Fields.Type) throws(Flaw) -> Fields {
    try decodedJSON(type, json.isEmpty ? Array("{}".utf8) : json)
  }

  /// One of the captions.
  ///
  /// - Parameter random: the sample's stream, `Philox.caption`.
  func caption(_ random: inout Philox) -> String { captions[drawn(among: captions.count, shares[...], &random)] }
}

extension Philox {
  /// The stream that draws a sample's caption.
  static func caption(seed: UInt64, epoch: Int, sample: Int) -> Philox {
    Philox(seed: seed, purpose: .caption, epoch: epoch, sample: UInt64(sample))
  }
}

/// Which of some captions is drawn.
///
/// - Parameter shares: how often each is; none where all are drawn alike.
func drawn(among count: Int, _ shares: ArraySlice<Float>, _ random: inout Philox) -> Int {
  guard !shares.isEmpty else { return random.index(below: count) }
  var rest = random.uniform() * shares.reduce(0, +)
  for (number, share) in shares.enumerated() {
    rest -= share
    if rest < 0 { return number }
  }
  return count - 1
}

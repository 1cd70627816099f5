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
  /// The contents of `key.cls`: the class's name, or its number from 0.
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
  /// - Parameter random: the sample's stream of purpose `.caption`.
  func caption(_ random: inout Philox) -> String {
    guard !shares.isEmpty else { return captions[random.index(below: captions.count)] }
    var rest = random.uniform() * shares.reduce(0, +)
    for (caption, share) in zip(captions, shares) {
      rest -= share
      if rest < 0 { return caption }
    }
    return captions[captions.count - 1]
  }
}

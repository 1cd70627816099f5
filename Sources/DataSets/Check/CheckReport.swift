import Pairs

/// What some data are found to hold.
public struct CheckReport: Sendable, Encodable {
  public struct Pictures: Sendable, Encodable {
    /// By the first bytes of their files.
    public let formats: [String: Int]
    public let width: Spread
    public let height: Spread
    /// Of all files.
    public let bytes: Int
  }

  public struct Captions: Sendable, Encodable {
    public let count: Int
    /// What `length` counts: tokens or words.
    public let unit: String
    public let length: Spread
    public let characters: Spread
    public let context: Int
    /// Captions longer than the context; counted in words it is a lower bound.
    public let overContext: Int

    enum CodingKeys: String, CodingKey {
      case count, unit, length, characters, context
      case overContext = "over_context"
    }
  }

  public struct Duplicates: Sendable, Encodable {
    public let captions: Copies
    /// Captions that differ, but in nothing that a reader would mind.
    public let nearCaptions: Copies
    public let pictures: Copies
    /// Pictures whose files differ and which look alike.
    public let nearPictures: Copies

    enum CodingKeys: String, CodingKey {
      case captions, pictures
      case nearCaptions = "near_captions"
      case nearPictures = "near_pictures"
    }
  }

  public struct Class: Sendable, Encodable, Equatable {
    public let name: String
    public let pairs: Int
  }

  /// Pairs that can be used.
  public let pairs: Int
  public let lost: Int
  /// Of all pairs that there seem to be.
  public let lostShare: Double
  public let flaws: [FlawCounts.Kind]
  public let pictures: Pictures?
  public let captions: Captions?
  public let duplicates: Duplicates
  /// The most frequent first; none where no pair has a class.
  public let classes: [Class]
  /// Pairs without a class.
  public let unclassified: Int

  enum CodingKeys: String, CodingKey {
    case pairs, lost, flaws, pictures, captions, duplicates, classes, unclassified
    case lostShare = "lost_share"
  }

  init(_ facts: [PairFacts], _ flaws: FlawCounts, _ check: DataCheck, describe: (Int) -> String) {
    (pairs, lost, self.flaws) = (facts.count, flaws.lost, flaws.kinds)
    lostShare = pairs + lost == 0 ? 0 : Double(lost) / Double(pairs + lost)
    pictures = Pictures(facts.compactMap(\.picture))
    captions = Captions(facts.flatMap(\.captions), check)
    duplicates = Duplicates(facts, examples: check.examples, describe: describe)
    let labels = facts.compactMap(\.label)
    classes = Dictionary(grouping: labels) { $0 }.map { Class(name: $0, pairs: $1.count) }
      .sorted { (-$0.pairs, $0.name) < (-$1.pairs, $1.name) }
    unclassified = facts.count - labels.count
  }
}

extension CheckReport.Pictures {
  fileprivate init?(_ facts: [PairFacts.Picture]) {
    guard let width = Spread(facts.map { Int32($0.width) }), let height = Spread(facts.map { Int32($0.height) }) else {
      return nil
    }
    (self.width, self.height) = (width, height)
    formats = facts.reduce(into: [:]) { $0[$1.format?.rawValue ?? "other", default: 0] += 1 }
    bytes = facts.reduce(0) { $0 + $1.bytes }
  }
}

extension CheckReport.Captions {
  fileprivate init?(_ facts: [PairFacts.Caption], _ check: DataCheck) {
    guard let length = Spread(facts.map { Int32($0.length) }),
      let characters = Spread(facts.map { Int32($0.characters) })
    else { return nil }
    (count, self.length, self.characters, context) = (facts.count, length, characters, check.context)
    unit = check.tokenizer == nil ? "words" : "tokens"
    // Start and end are two of the context, and a word is one token at least.
    let most = check.tokenizer == nil ? check.context - 2 : check.context
    overContext = facts.count { $0.length > most }
  }
}

extension CheckReport.Duplicates {
  fileprivate init(_ facts: [PairFacts], examples: Int, describe: (Int) -> String) {
    let texts = facts.flatMap { pair in pair.captions.map { (pair.index, $0) } }
    captions = Copies(texts.map(\.1.content), examples: examples) { describe(texts[$0].0) }
    // What one pair says twice is no copy.
    let once = facts.flatMap { pair in Self.firsts(pair.captions.map(\.folded)).map { (pair.index, pair.captions[$0]) }
    }
    let distinct = Self.firsts(once.map(\.1.content))
    nearCaptions = Copies(distinct.map { once[$0].1.folded }, examples: examples) { describe(once[distinct[$0]].0) }

    let images = facts.compactMap { pair in pair.picture.map { (pair.index, $0) } }
    pictures = Copies(images.map(\.1.content), examples: examples) { describe(images[$0].0) }
    let looked = Self.firsts(images.map(\.1.content)).filter { images[$0].1.looks != nil }
    nearPictures = Copies(nearHashes(looked.compactMap { images[$0].1.looks }), examples: examples) {
      describe(images[looked[$0]].0)
    }
  }

  /// Where each value comes first.
  private static func firsts(_ values: [UInt64]) -> [Int] {
    var seen: Set<UInt64> = []
    return values.indices.filter { seen.insert(values[$0]).inserted }
  }
}

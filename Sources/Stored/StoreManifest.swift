import Engine
import Foundation

/// What is embedded of pairs: an array of rows each.
public enum StoredPart: String, Sendable, CaseIterable, Codable {
  case images, texts

  /// The encoder that makes it.
  package var tower: Tower { self == .images ? .image : .text }
}

/// How numbers are stored.
public enum StoredPrecision: String, Sendable, CaseIterable, Codable {
  case f32, f16

  /// Bytes of one number.
  public var size: Int { self == .f32 ? 4 : 2 }
}

/// What a directory of embeddings holds, and by what it was made: rows of another model mean nothing among them.
public struct StoreManifest: Sendable, Equatable, Codable {
  public static let name = "embeddings.json"
  /// The form of the directory that is written today.
  public static let format = 2

  public let format: Int
  /// The model's fingerprint; nil where an earlier version of Diagonal embedded, which didn't say.
  public let model: String?
  /// What else decides a row; nil in earlier forms.
  public let reading: Reading?
  /// Numbers in an embedding.
  public let width: Int
  /// Numbers in a row of each part, where rows aren't embeddings but the states that projections take.
  public let states: [String: Int]?
  public let precision: StoredPrecision
  public let parts: [StoredPart]
  /// How many pairs of a source a shard has at most; nil in earlier forms.
  public let shardPairs: Int?
  /// Whether all that was to be embedded is.
  public var isWhole: Bool
  /// Pairs that were lost before anything was embedded, which no shard counts; nil for none.
  public var lost: Int?
  public var shards: [Shard]

  enum CodingKeys: String, CodingKey {
    case format, model, reading, width, states, precision, parts, lost, shards
    case shardPairs = "shard_pairs"
    case isWhole = "whole"
  }

  package init(
    format: Int = StoreManifest.format, model: String?, reading: Reading?, width: Int, states: [StoredPart: Int]? = nil,
    precision: StoredPrecision, parts: [StoredPart], shardPairs: Int?, isWhole: Bool = false, shards: [Shard] = []
  ) {
    (self.format, self.model, self.reading, self.width) = (format, model, reading, width)
    self.states = states.map { Dictionary(uniqueKeysWithValues: $0.map { ($0.rawValue, $1) }) }
    (self.precision, self.parts, self.shardPairs, self.isWhole, self.shards) = (
      precision, parts, shardPairs, isWhole, shards
    )
  }

  /// How many rows there are of each part.
  public var rows: Int { shards.reduce(0) { $0 + $1.rows } }

  /// Numbers in a row of a part.
  public func width(of part: StoredPart) -> Int { states?[part.rawValue] ?? width }

  /// How many pairs could not be used.
  public var skipped: Int { shards.reduce(lost ?? 0) { $0 + $1.skipped } }
}

extension StoreManifest {
  /// The rows of a stretch of the data, in files of their own.
  public struct Shard: Sendable, Equatable, Codable {
    /// What it was made of; nil in earlier forms.
    public let source: Source?
    public let rows: Int
    /// Pairs of the source that have no row.
    public let skipped: Int
    /// Its files by what they hold.
    public let files: [String: File]

    package init(source: Source?, rows: Int, skipped: Int, files: [Kind: File]) {
      (self.source, self.rows, self.skipped) = (source, rows, skipped)
      self.files = Dictionary(uniqueKeysWithValues: files.map { ($0.rawValue, $1) })
    }

    public func file(_ kind: Kind) -> File? { files[kind.rawValue] }
  }

  /// What a shard's file holds.
  public enum Kind: String, Sendable, CaseIterable {
    /// Rows of numbers, NumPy's `.npy`.
    case images, texts
    /// A line a row: its pair's key; the text that is embedded, or would be.
    case keys, captions
    /// A line a row, JSON: what else is known of the pair, see `StoredSample`.
    case samples

    public init(_ part: StoredPart) { self = part == .images ? .images : .texts }

    var ending: String {
      switch self {
      case .images, .texts: "npy"
      case .keys, .captions: "txt"
      case .samples: "jsonl"
      }
    }

    /// `images-00003.npy`
    package func name(shard number: Int) -> String {
      "\(rawValue)-\(shardDigits(number)).\(ending)"
    }
  }

  /// A stretch of the data.
  public struct Source: Sendable, Equatable, Codable {
    /// The base name of the shard, table or folder.
    public let name: String
    /// The first of its pairs that may have a row here, counted from 0 within that file.
    public let first: Int
    public let pairs: Int
    /// Tells it from others, see `SourceStretch`.
    public let digest: String

    package init(name: String, first: Int, pairs: Int, digest: String) {
      (self.name, self.first, self.pairs, self.digest) = (name, first, pairs, digest)
    }
  }

  /// How the data were read.
  public struct Reading: Sendable, Equatable, Codable {
    /// What stands behind the transparent parts of pictures; nil where none are stored.
    public let background: String?
    /// SHA-256 of the tokenizer's definition; nil where no texts are stored.
    public let tokenizer: String?
    /// Settings of the data, `data.csv.image=photo` and its like.
    public let settings: [String]

    package init(background: String?, tokenizer: String?, settings: [String]) {
      (self.background, self.tokenizer, self.settings) = (background, tokenizer, settings)
    }
  }

  public struct File: Sendable, Equatable, Codable {
    public let name: String
    public let bytes: Int
    /// Of its contents, in hexadecimal; nil in earlier forms.
    public let sha256: String?

    package init(name: String, bytes: Int, sha256: String?) {
      (self.name, self.bytes, self.sha256) = (name, bytes, sha256)
    }
  }
}

/// At least five.
func shardDigits(_ number: Int) -> String {
  let digits = String(number)
  return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
}

extension StoreManifest {
  /// What is wrong with it, if anything: it comes from a file.
  var problem: String? {
    if format != Self.format { return "its form is \(format), this version of Diagonal reads 1 and \(Self.format)" }
    if !(1..<1 << 20).contains(width) { return "its rows have \(width) numbers" }
    if let states, Set(states.keys) != Set(parts.map(\.rawValue)) || !states.values.allSatisfy((1..<1 << 20).contains) {
      return "its states are \(states)"
    }
    if !(0..<1 << 40).contains(lost ?? 0) { return "it says that \(lost ?? 0) pairs were lost" }
    if parts.isEmpty || Set(parts).count != parts.count { return "its parts are \(parts.map(\.rawValue))" }
    for (number, shard) in shards.enumerated() {
      if let problem = shard.problem(number, parts) { return "shard \(number): \(problem)" }
    }
    return nil
  }
}

extension StoreManifest.Shard {
  fileprivate func problem(_ number: Int, _ parts: [StoredPart]) -> String? {
    if !(0..<1 << 40).contains(rows) || !(0..<1 << 40).contains(skipped) {
      return "it has \(rows) rows, \(skipped) pairs without"
    }
    for (kind, file) in files {
      // Other names would be files that aren't ours.
      guard let kind = StoreManifest.Kind(rawValue: kind), file.name == kind.name(shard: number), file.bytes >= 0 else {
        return "“\(file.name)” is no file of its \(kind)"
      }
    }
    let needed = parts.map { StoreManifest.Kind($0) } + [.keys, .captions]
    return needed.first { file($0) == nil }.map { "it names no file of \($0.rawValue)" }
  }
}

import Engine
import Files
import Foundation
import Pairs
import Stored

/// The pairs of a directory of embeddings: their captions, labels and JSON as they were read, and no picture's file. An evaluator
/// that asks for pictures' embeddings gets the stored ones.
///
/// Memory: what is said of all pairs; the rows stay in their files.
public struct StoredPairs: PairSource {
  public let store: EmbeddingStore
  private let keys: [String]
  private let captions: [String]
  private let samples: [StoredSample]
  private let needs: ReadingOptions.Needs

  /// - Parameter needs: what a pair must have.
  public init(_ path: String, needs: ReadingOptions.Needs = .both) throws {
    store = try EmbeddingStore(path)
    (keys, captions, samples, self.needs) = (try store.keys, try store.captions, try store.samples(), needs)
    guard store.manifest.parts.contains(.images) || needs == .texts else {
      throw StoredError.nothingStored(what: "images", path: path)
    }
    if needs != .pictures, !captions.contains(where: { !$0.isEmpty }) {
      throw StoredError.nothingStored(what: "captions", path: path)
    }
  }

  /// Whether a path is a directory of embeddings.
  public static func isAt(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: "\(path)/\(StoreManifest.name)")
  }

  /// Throws where a model's vectors mean nothing among the stored ones.
  public func require(_ encoders: Encoders) throws(StoredError) {
    let tokenizer = store.manifest.parts.contains(.texts) ? encoders.tokenizerDigest : nil
    try store.require(model: encoders.fingerprint, width: encoders.width, tokenizer: tokenizer)
  }

  public var count: Int { keys.count }

  public func pair(at index: Int) throws -> Pair {
    let captions = captions(at: index)
    if captions.isEmpty && needs != .pictures { throw Flaw.noCaption }
    let sample = samples[index]
    return Pair(
      key: keys[index], image: [], captions: captions, label: sample.label,
      json: sample.json.map { Array($0.utf8) } ?? [])
  }

  /// The text that is embedded.
  fileprivate func text(at index: Int) -> String? { captions(at: index).first }

  private func captions(at index: Int) -> [String] {
    if let all = samples[index].captions { return all }
    return captions.isEmpty || captions[index].isEmpty ? [] : [captions[index]]
  }

  public func location(of index: Int) -> PairLocation { PairLocation(key: keys[index], file: store.path) }
}

/// Pairs whose pictures may be embedded already.
protocol EmbeddedPairs: PairSource {
  /// Their pictures' rows, in the pairs' order; nil where they aren't stored.
  var stored: StoredImages? { get }
}

extension StoredPairs: EmbeddedPairs {
  var stored: StoredImages? { StoredImages(store: store, indices: Array(0..<count)) }
}

/// Rows of pictures in a directory of embeddings.
struct StoredImages {
  let store: EmbeddingStore
  /// Which rows, ascending.
  let indices: [Int]

  /// Some of these.
  func selecting(_ places: [Int]) -> StoredImages {
    StoredImages(store: store, indices: places.map { indices[$0] })
  }

  /// `[places.count, width]`
  ///
  /// - Parameter places: among `indices`.
  func rows(_ places: [Int]) throws(StoredError) -> Tensor {
    try MappedRows(store, .images).rows(places.map { indices[$0] })
  }
}

/// The rows of texts in a directory of embeddings, by the texts themselves.
struct StoredTexts {
  private let rows: MappedRows
  /// By a text's bytes: two spellings that Swift calls equal may be other tokens.
  private let numbers: [[UInt8]: Int]

  /// Nil where no texts are stored.
  init?(_ pairs: StoredPairs) {
    guard pairs.store.manifest.parts.contains(.texts), let rows = try? MappedRows(pairs.store, .texts) else {
      return nil
    }
    self.rows = rows
    let texts = (0..<pairs.count).compactMap { row in pairs.text(at: row).map { (Array($0.utf8), row) } }
    numbers = Dictionary(texts) { first, _ in first }
  }

  /// `[texts.count, width]`
  ///
  /// - Parameter encode: gives the rows of texts that aren't stored.
  func rows(of texts: [String], _ encode: ([String]) throws -> Tensor) throws -> Tensor {
    let found = texts.map { numbers[Array($0.utf8)] }
    let unknown = zip(texts, found).filter { $0.1 == nil }.map(\.0)
    let all = Tensor(shape: [texts.count, rows.width])
    let others = try unknown.isEmpty ? all : encode(unknown)
    var other = 0
    for (row, number) in found.enumerated() {
      let place = all.rows(row..<row + 1)
      if let number {
        rows.copy(number, into: place)
      } else {
        place.set(others.rows(other..<other + 1))
        other += 1
      }
    }
    return all
  }
}

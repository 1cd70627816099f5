import Engine
import Foundation
import Similarity
import Stored

/// One part of stored embeddings with the rows' names, ready to be searched.
public struct StoredRows {
  /// The store's directory.
  public let path: String
  public let part: StoredPart
  /// The fingerprint of the model that made them; nil where it isn't known.
  public let model: String?
  /// Unit rows in f32: mapped where they are stored so, else widened in memory.
  public let rows: RowPieces
  /// The pairs' names, row by row.
  public let keys: [String]
  /// The texts that were embedded, row by row; empty where they weren't written.
  public let captions: [String]

  public var count: Int { rows.count }

  /// - Throws: `StoredError` where the directory isn't whole or has no such part; `SearchError`.
  public init(_ store: EmbeddingStore, _ part: StoredPart) throws {
    (path, self.part, model) = (store.path, part, store.manifest.model)
    let shards = store.manifest.precision == .f32 ? try store.shards(part) : []
    rows = RowPieces(shards.isEmpty ? [try store.rows(of: part)] : shards.map { $0.rows(0..<$0.count) })
    (keys, captions) = (try store.keys, try store.captions)
    guard keys.count == rows.count else { throw SearchError.noNames(path: path) }
  }

  /// The rows of some keys; of several rows of one key the first.
  ///
  /// - Throws: `StoredError.noSuchKey` for the first that isn't there.
  public func rows(named wanted: [String]) throws -> [Int] {
    // By bytes: to Swift two spellings of one letter are equal, and two pairs may differ by them.
    let names = Set(wanted.map { Array($0.utf8) })
    var found: [[UInt8]: Int] = [:]
    for (row, key) in keys.enumerated() {
      let name = Array(key.utf8)
      if names.contains(name) && found[name] == nil { found[name] = row }
    }
    return try wanted.map { key in
      if let row = found[Array(key.utf8)] { return row }
      throw StoredError.noSuchKey(key, path: path, nearest: keys.first { $0.localizedCaseInsensitiveContains(key) })
    }
  }

  /// The rows once more, in fewer bits.
  public func compacted(as form: CompactedRows.Form) throws(SearchError) -> CompactedRows {
    guard rows.isFinite else { throw .notFinite(what: part.rawValue, path: path) }
    return CompactedRows(rows, as: form)
  }
}

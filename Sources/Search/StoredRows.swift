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
    let names = Set(wanted)
    var found: [String: Int] = [:]
    for (row, key) in keys.enumerated() where names.contains(key) && found[key] == nil { found[key] = row }
    return try wanted.map { key in
      if let row = found[key] { return row }
      throw StoredError.noSuchKey(key, path: path, nearest: keys.first { $0.localizedCaseInsensitiveContains(key) })
    }
  }

  /// The rows once more, in fewer bits.
  public func compacted(as form: CompactedRows.Form) throws(SearchError) -> CompactedRows {
    guard rows.isFinite else { throw .notFinite(what: part.rawValue, path: path) }
    return CompactedRows(rows, as: form)
  }
}

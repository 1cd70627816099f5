import Engine
import Evaluation
import Files
import Foundation

/// What `diagonal embed` wrote, mapped rather than read: a search touches what it goes through, and memory keeps it for the next.
public struct StoredEmbeddings {
  public let path: String
  /// Which model made them; nil where an earlier version of Diagonal did, which didn't say.
  public let manifest: EmbeddingManifest?
  /// The pairs' names, row by row.
  public let keys: [String]
  /// The texts that were embedded, row by row; empty where they weren't written.
  public let captions: [String]
  private let images: Tensor?
  private let texts: Tensor?

  /// - Throws: `SearchError` where the directory isn't whole.
  public init(_ path: String) throws(SearchError) {
    func rows(_ name: String) throws(SearchError) -> Tensor? {
      FileManager.default.fileExists(atPath: "\(path)/\(name)") ? try NpyRows("\(path)/\(name)").rows : nil
    }
    let (images, texts) = (try rows("images.npy"), try rows("texts.npy"))
    guard let first = images ?? texts else { throw .notEmbeddings(path: path) }
    let keys = try Self.lines("\(path)/keys.txt")
    let captions =
      FileManager.default.fileExists(atPath: "\(path)/captions.txt") ? try Self.lines("\(path)/captions.txt") : []
    for (name, lines) in [("keys.txt", keys), ("captions.txt", captions)]
    where lines.count != first.rows && !lines.isEmpty {
      throw .lines(path: "\(path)/\(name)", found: lines.count, rows: first.rows)
    }
    if let images, let texts, images.shape != texts.shape {
      throw .npy(path: "\(path)/texts.npy", problem: "its shape is \(texts.shape), that of images.npy \(images.shape)")
    }
    (self.path, self.keys, self.captions, self.images, self.texts) = (path, keys, captions, images, texts)
    manifest = try? JSONDecoder().decode(
      EmbeddingManifest.self, from: Data(contentsOf: URL(fileURLWithPath: "\(path)/\(EmbeddingManifest.name)")))
  }

  /// What is searched: a side of the stored pairs.
  public enum Side: String, Sendable, CaseIterable { case images, texts }

  /// `[rows, width]`, unit rows.
  public func rows(of side: Side) throws(SearchError) -> Tensor {
    guard let rows = side == .images ? images : texts else { throw .nothingStored(what: side.rawValue, path: path) }
    return rows
  }

  /// Throws where the vectors of a model mean nothing among these.
  public func require(_ encoders: Encoders) throws(SearchError) {
    guard let width = (images ?? texts)?.width, width == encoders.width else {
      throw .otherModel(path: path, stored: (images ?? texts)?.width ?? 0, model: encoders.width)
    }
    if let manifest, manifest.model != encoders.fingerprint {
      throw .differentModel(path: path, made: "fingerprint \(manifest.model), this one's is \(encoders.fingerprint)")
    }
  }

  /// The row of a key.
  public func row(of key: String) throws(SearchError) -> Int {
    if let row = keys.firstIndex(of: key) { return row }
    throw .noSuchKey(key, path: path, nearest: keys.first { $0.localizedCaseInsensitiveContains(key) })
  }

  private static func lines(_ path: String) throws(SearchError) -> [String] {
    do {
      let text = String(decoding: try ReadOnlyFile(path).readAll(), as: UTF8.self)
      return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    } catch { throw .unreadable(path: path, reason: "\(error)") }
  }
}

import Engine
import Files
import Foundation

/// What `diagonal embed` wrote: rows of pictures, of texts or of both, the same row for the same pair, in shards.
///
/// A value holds facts alone; what is read, is read when asked for. The form before shards, `images.npy`, `texts.npy`,
/// `keys.txt` and `captions.txt`, is one shard.
public struct EmbeddingStore: Sendable {
  public typealias Part = StoredPart

  public let path: String
  public let manifest: StoreManifest

  /// Reads the manifest, and checks that each file has the size that it tells.
  ///
  /// - Throws: `StoredError`, as where the directory isn't finished.
  public init(_ path: String) throws(StoredError) {
    let store = try Self(whole: path)
    guard store.manifest.states == nil else { throw .states(path: path) }
    self = store
  }

  /// The same of a directory whose rows may be states.
  package init(whole path: String) throws(StoredError) {
    let store = try Self(unfinished: path)
    guard store.manifest.isWhole else { throw .unfinished(path: path, rows: store.manifest.rows) }
    self = store
  }

  /// The same of a directory that may not be finished.
  package init(unfinished path: String) throws(StoredError) {
    (self.path, manifest) = (path, try Self.manifest(path))
    for file in manifest.shards.flatMap(\.files.values) { try requireSize(of: file) }
  }

  /// How many rows there are of each part.
  public var count: Int { manifest.rows }
  /// Numbers in an embedding.
  public var width: Int { manifest.width }

  /// The files of a part's rows, in their order.
  public func shards(_ part: Part) throws(StoredError) -> [StoredShard] {
    guard manifest.parts.contains(part) else { throw .nothingStored(what: part.rawValue, path: path) }
    var shards: [StoredShard] = []
    for facts in manifest.shards {
      guard let file = facts.file(.init(part)) else { throw .nothingStored(what: part.rawValue, path: path) }
      let shard = try StoredShard("\(path)/\(file.name)")
      guard shard.count == facts.rows, shard.width == manifest.width(of: part),
        shard.precision == manifest.precision
      else {
        throw .npy(
          path: shard.path,
          problem: "it has \(shard.count) × \(shard.width) numbers in \(shard.precision), the manifest tells of "
            + "\(facts.rows) × \(manifest.width(of: part)) in \(manifest.precision)")
      }
      shards.append(shard)
    }
    return shards
  }

  /// All rows of a part, `[count, width]`, f32: in place where they are one file's of f32, and then only to be read.
  public func rows(of part: Part) throws(StoredError) -> Tensor {
    let shards = try shards(part)
    if shards.count == 1 { return shards[0].rows(0..<shards[0].count) }
    let all = Tensor(shape: [count, manifest.width(of: part)])
    var first = 0
    for shard in shards {
      shard.copy(0..<shard.count, into: all.rows(first..<first + shard.count))
      first += shard.count
    }
    return all
  }

  /// The pairs' names, row by row.
  public var keys: [String] { get throws(StoredError) { try lines(.keys) } }

  /// The texts that were embedded, or would have been, row by row; none where they weren't written.
  public var captions: [String] { get throws(StoredError) { try lines(.captions) } }

  /// The row of a key.
  public func row(of key: String) throws(StoredError) -> Int {
    let keys = try keys
    // By bytes: to Swift two spellings of one letter are equal, and two pairs may differ by them.
    if let row = keys.firstIndex(where: { $0.utf8.elementsEqual(key.utf8) }) { return row }
    throw .noSuchKey(key, path: path, nearest: keys.first { $0.localizedCaseInsensitiveContains(key) })
  }

  /// Throws where the vectors of a model mean nothing among these.
  ///
  /// - Parameters:
  ///   - fingerprint: `Encoders.fingerprint`
  ///   - tokenizer: the digest of the tokenizer whose texts are compared with those that are stored; nil for none.
  public func require(model fingerprint: String, width: Int, tokenizer: String? = nil) throws(StoredError) {
    guard width == self.width else { throw .otherModel(path: path, stored: self.width, model: width) }
    if let made = manifest.model, made != fingerprint {
      throw .differentModel(path: path, made: made, model: fingerprint)
    }
    if let made = manifest.reading?.tokenizer, let tokenizer, made != tokenizer { throw .otherTokenizer(path: path) }
  }

  /// Reads all files, and throws where one isn't what was written.
  public func verify() throws(StoredError) {
    for file in manifest.shards.flatMap(\.files.values) {
      guard let written = file.sha256 else { continue }
      let found: String
      do { found = try sha256(file: "\(path)/\(file.name)") } catch {
        throw .unreadable(path: "\(path)/\(file.name)", reason: error.reason)
      }
      guard found == written else { throw .damaged(path: "\(path)/\(file.name)") }
    }
  }
}

extension EmbeddingStore {
  /// The lines of all shards' files of a kind, a row each; none where there are no such files.
  func lines(_ kind: StoreManifest.Kind) throws(StoredError) -> [String] {
    var all: [String] = []
    for shard in manifest.shards {
      guard let file = shard.file(kind) else { return [] }
      let lines = try textLines("\(path)/\(file.name)")
      guard lines.count == shard.rows else {
        throw .lines(path: "\(path)/\(file.name)", found: lines.count, rows: shard.rows)
      }
      all += lines
    }
    return all
  }

  private func requireSize(of file: StoreManifest.File) throws(StoredError) {
    let found: Int
    do { found = try ReadOnlyFile("\(path)/\(file.name)").size } catch {
      throw .unreadable(path: "\(path)/\(file.name)", reason: error.reason)
    }
    guard found == file.bytes else {
      throw .changed(path: "\(path)/\(file.name)", bytes: file.bytes, found: found)
    }
  }

  static func manifest(_ path: String) throws(StoredError) -> StoreManifest {
    let file = "\(path)/\(StoreManifest.name)"
    let bytes: [UInt8]
    do { bytes = try ReadOnlyFile(file).readAll() } catch .missing {
      return try .earlier(path, model: nil)
    } catch { throw .unreadable(path: file, reason: error.reason) }
    let decoder = JSONDecoder()
    // Its first form has rows in one file each.
    if let first = try? decoder.decode(FirstManifest.self, from: Data(bytes)), first.format == 1 {
      return try .earlier(path, model: first.model)
    }
    let manifest: StoreManifest
    do { manifest = try decoder.decode(StoreManifest.self, from: Data(bytes)) } catch {
      throw .manifest(path: file, problem: "it isn't a manifest of embeddings")
    }
    if let problem = manifest.problem { throw .manifest(path: file, problem: problem) }
    return manifest
  }

  private struct FirstManifest: Decodable {
    let format: Int
    let model: String
  }
}

extension StoreManifest {
  /// What stands for the manifest of a directory of one file a part.
  fileprivate static func earlier(_ path: String, model: String?) throws(StoredError) -> StoreManifest {
    var (files, heads) = ([Kind: File](), [NpyHeader]())
    func size(_ name: String) throws(StoredError) -> Int? {
      do { return try ReadOnlyFile("\(path)/\(name)").size } catch .missing { return nil } catch {
        throw .unreadable(path: "\(path)/\(name)", reason: error.reason)
      }
    }
    for part in StoredPart.allCases {
      let name = "\(part.rawValue).npy"
      guard let bytes = try size(name) else { continue }
      let shard = try StoredShard("\(path)/\(name)")
      files[.init(part)] = File(name: name, bytes: bytes, sha256: nil)
      heads.append(shard.header)
    }
    guard let first = heads.first else { throw .notEmbeddings(path: path) }
    guard heads.allSatisfy({ $0 == first }) else {
      throw .npy(
        path: "\(path)/texts.npy",
        problem: "it has \(heads[1].rows) × \(heads[1].width) numbers, images.npy \(first.rows) × \(first.width)")
    }
    for kind in [Kind.keys, .captions] {
      let name = "\(kind.rawValue).txt"
      guard let bytes = try size(name) else { continue }
      // Without a text there is nothing said of any.
      if kind == .captions, bytes == 0 { continue }
      files[kind] = File(name: name, bytes: bytes, sha256: nil)
    }
    guard files[.keys] != nil else { throw .unreadable(path: "\(path)/keys.txt", reason: "there is none") }
    return StoreManifest(
      format: 1, model: model, reading: nil, width: first.width, precision: first.precision,
      parts: StoredPart.allCases.filter { files[.init($0)] != nil }, shardPairs: nil, isWhole: true,
      shards: [Shard(source: nil, rows: first.rows, skipped: 0, files: files)])
  }
}

/// A file's lines, each ended by a line feed.
private func textLines(_ path: String) throws(StoredError) -> [String] {
  do {
    let lines = try ReadOnlyFile(path).readAll().split(separator: 10, omittingEmptySubsequences: false)
    return lines.dropLast().map { String(decoding: $0, as: UTF8.self) }
  } catch { throw .unreadable(path: path, reason: error.reason) }
}

import Files
import Foundation

/// A directory of embeddings on its way: what is there from earlier calls, and what is still to be embedded.
///
/// One process begins and finishes it, any number write shards in between. A shard is complete once its record
/// (`shard-00003.json`) is there; when all are, the manifest takes them up and the records go. So what a call that died left
/// is kept shard by shard, and the same call again comes to the same bytes.
package struct StoreBuild: Sendable, Codable {
  package let path: String
  /// With the shards of earlier calls alone.
  package let manifest: StoreManifest
  /// What this call adds, in order, numbered on from those.
  package let added: [StoreManifest.Source]
  /// Which of these have to be embedded, and which of the caller's sources each is.
  package let missing: [Missing]

  package struct Missing: Sendable, Codable {
    package let number: Int
    package let source: Int
  }

  /// Whether there is nothing to add to what earlier calls have finished.
  package var isWhole: Bool { added.isEmpty && manifest.isWhole }

  package static let skippedName = "skipped.jsonl"
}

extension StoreBuild {
  /// Makes the directory ready. What a writer that died left half written goes.
  ///
  /// - Parameters:
  ///   - wanted: how is to be embedded; its shards don't matter.
  ///   - sources: all stretches of the data. Those that are there already aren't embedded again.
  ///   - replaces: whether embeddings that are there go first: the files that their manifest names.
  ///   - verifies: whether the files that are there are read and compared with what was written.
  /// - Throws: `StoredError` where what is there is something else.
  package static func begin(
    _ path: String, _ wanted: StoreManifest, _ sources: [StoreManifest.Source], replaces: Bool,
    verifies: Bool = false
  ) throws -> StoreBuild {
    AtomicDirectory.removeStale(in: path, of: isOurs)
    let old = try StoreManifest.found(path)
    // Before anything goes: a refusal leaves what there is.
    if old == nil { try requireUnoccupied(path) }
    if replaces { try removeEmbeddings(path) }
    let found = replaces ? nil : old
    if let found {
      try found.require(wanted, path)
      let store = try EmbeddingStore(unfinished: path)
      if verifies { try store.verify() }
    }
    var earlier = found?.shards ?? []
    var (added, places) = ([StoreManifest.Source](), [Int]())
    for (place, source) in sources.enumerated() {
      if let at = earlier.firstIndex(where: { $0.source == source }) {
        earlier.remove(at: at)
      } else {
        added.append(source)
        places.append(place)
      }
    }
    // Of the same name, but another one.
    if let changed = added.first(where: { source in earlier.contains { $0.source?.isPlace(of: source) == true } }) {
      throw StoredError.otherData(path: path, name: changed.name)
    }
    let first = found?.shards.count ?? 0
    let known = try records(path, from: first, added)
    let build = StoreBuild(
      path: path, manifest: found ?? wanted.with([], isWhole: false), added: added,
      missing: added.indices.filter { !known.contains($0) }.map { Missing(number: first + $0, source: places[$0]) })
    if !build.isWhole { try build.manifest.with(build.manifest.shards, isWhole: false).write(in: path) }
    return build
  }

  /// Takes the shards into the manifest. To be called once all are complete.
  ///
  /// - Parameter known: a line for each sample that was known to be unusable before anything was embedded, and whether a
  ///   pair is lost by it.
  /// - Returns: the manifest of all that is there.
  package func finish(known: [(line: String, isLost: Bool)]) throws -> StoreManifest {
    if isWhole { return manifest }
    let first = manifest.shards.count
    let records = try added.indices.map { try Self.record(path, first + $0) }
    let earlier = first == 0 ? [] : try Self.lines(of: path)
    let lines = earlier.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    var seen: Set<String> = []
    let old = lines.filter { seen.insert($0).inserted }
    let new = known.filter { seen.insert($0.line).inserted }
    let all = old + new.map(\.line) + records.flatMap(\.skipped).filter { seen.insert($0).inserted }
    try AtomicFile.write(Data(all.map { $0 + "\n" }.joined().utf8), to: "\(path)/\(Self.skippedName)")
    var whole = manifest.with(manifest.shards + records.map(\.shard), isWhole: true)
    // Those of earlier calls are counted already.
    let lost = (manifest.lost ?? 0) + new.count { $0.isLost }
    whole.lost = lost > 0 ? lost : nil
    try whole.write(in: path)
    for number in added.indices { removeFile("\(path)/\(ShardRecord.name(first + number))") }
    return whole
  }

  /// What earlier calls left out; nothing where they wrote no such file.
  private static func lines(of path: String) throws(FileError) -> [UInt8] {
    do { return try ReadOnlyFile("\(path)/\(skippedName)").readAll() } catch {
      if case .missing = error { return [] }
      throw error
    }
  }

  /// How many pairs of the sources that are added have no row. To be called once all are complete.
  package func lost() throws -> Int {
    try added.indices.reduce(0) { try $0 + Self.record(path, manifest.shards.count + $1).shard.skipped }
  }
}

extension StoreBuild {
  private static func record(_ path: String, _ number: Int) throws(StoredError) -> ShardRecord {
    let file = "\(path)/\(ShardRecord.name(number))"
    let bytes: [UInt8]
    do { bytes = try ReadOnlyFile(file).readAll() } catch { throw .unreadable(path: file, reason: error.reason) }
    guard let record = try? JSONDecoder().decode(ShardRecord.self, from: Data(bytes)) else {
      throw .manifest(path: file, problem: "it isn't the record of a shard")
    }
    return record
  }

  /// Which of the added sources are complete, by the records that are there.
  private static func records(
    _ path: String, from first: Int, _ added: [StoreManifest.Source]
  ) throws(StoredError) -> Set<Int> {
    var complete: Set<Int> = []
    for number in recordNumbers(path) {
      // The manifest has taken it up.
      if number < first {
        removeFile("\(path)/\(ShardRecord.name(number))")
        continue
      }
      let shard = try record(path, number).shard
      guard number - first < added.count, shard.source == added[number - first] else {
        throw .otherBegun(path: path, name: shard.source?.name ?? "shard \(number)")
      }
      let isThere = shard.files.values.allSatisfy { (try? ReadOnlyFile("\(path)/\($0.name)").size) == $0.bytes }
      if isThere { complete.insert(number - first) }
    }
    return complete
  }

  private static func recordNumbers(_ path: String) -> [Int] {
    names(in: path).compactMap { name in
      name.wholeMatch(of: /shard-(\d{5,9})\.json/).flatMap { Int($0.1) }.flatMap {
        ShardRecord.name($0) == name ? $0 : nil
      }
    }.sorted()
  }

  private static func names(in path: String) -> [String] {
    (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
  }

  /// Whether a name is one that is written here.
  private static func isOurs(_ name: String) -> Bool {
    name == StoreManifest.name || name == skippedName
      || name.wholeMatch(of: /(images|texts)-\d{5,9}\.npy|(keys|captions)-\d{5,9}\.txt|samples-\d{5,9}\.jsonl/) != nil
      || name.wholeMatch(of: /shard-\d{5,9}\.json/) != nil
  }

  private static func requireUnoccupied(_ path: String) throws(StoredError) {
    if let name = names(in: path).sorted().first(where: isOurs) { throw .occupied(path: path, name: name) }
  }

  /// Removes the files that a manifest and the records beside it name, then these.
  private static func removeEmbeddings(_ path: String) throws(StoredError) {
    guard let found = try StoreManifest.found(path) else { return }
    let recorded = recordNumbers(path)
    var files = found.shards.flatMap(\.files.values).map(\.name)
    for number in recorded { files += try record(path, number).shard.files.values.map(\.name).filter(isOurs) }
    for name in files + recorded.map(ShardRecord.name) + [skippedName, StoreManifest.name] {
      removeFile("\(path)/\(name)")
    }
  }
}

extension StoreManifest {
  func with(_ shards: [Shard], isWhole: Bool) -> StoreManifest {
    var other = self
    (other.shards, other.isWhole) = (shards, isWhole)
    return other
  }

  func write(in directory: String) throws { try AtomicFile.write(try storeJSON(self), to: "\(directory)/\(Self.name)") }

  /// The manifest of a directory, nil where there is none.
  fileprivate static func found(_ path: String) throws(StoredError) -> StoreManifest? {
    FileManager.default.fileExists(atPath: "\(path)/\(name)") ? try EmbeddingStore.manifest(path) : nil
  }

  /// Throws where what is there was embedded otherwise.
  fileprivate func require(_ wanted: StoreManifest, _ path: String) throws(StoredError) {
    func words(_ parts: [StoredPart]) -> String { parts.map(\.rawValue).joined(separator: " and ") }
    func words(_ settings: [String]?) -> String {
      settings.map { $0.isEmpty ? "nothing" : $0.joined(separator: " ") } ?? "-"
    }
    func number(_ count: Int?) -> String { count.map { "\($0)" } ?? "no limit" }
    let facts = [
      ("the form", "\(format)", "\(wanted.format)"), ("the model", model ?? "unknown", wanted.model ?? "unknown"),
      ("--before-projection", states == nil ? "left out" : "given", wanted.states == nil ? "left out" : "given"),
      ("rows of so many numbers:", "\(width)", "\(wanted.width)"),
      ("--precision", precision.rawValue, wanted.precision.rawValue),
      ("parts", words(parts), words(wanted.parts)),
      ("--shard-pairs", number(shardPairs), number(wanted.shardPairs)),
      ("what is behind transparent pictures,", reading?.background ?? "-", wanted.reading?.background ?? "-"),
      ("a tokenizer of digest", reading?.tokenizer ?? "-", wanted.reading?.tokenizer ?? "-"),
      ("--set", words(reading?.settings), words(wanted.reading?.settings)),
    ]
    if let other = facts.first(where: { $0.1 != $0.2 }) {
      throw .otherEmbedding(path: path, what: other.0, stored: other.1, wanted: other.2)
    }
  }
}

extension StoreManifest.Source {
  fileprivate func isPlace(of other: Self) -> Bool { name == other.name && first == other.first }
}

/// Keeps other processes from writing the same directory, until it is let go of or its process ends.
package final class StoreLock {
  private let descriptor: CInt

  /// - Throws: `StoredError.busy` where another has it. A file system that can't lock keeps nobody out.
  package init(_ path: String) throws(StoredError) {
    descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK { throw .busy(path: path) }
  }

  deinit { if descriptor >= 0 { close(descriptor) } }
}

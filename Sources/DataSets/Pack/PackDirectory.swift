import Files
import Foundation
import Pairs

/// Where a pack is made: shards, and beside them `manifest.jsonl`, `origins.jsonl` (where each pair comes from),
/// `skipped.jsonl` and at last `SHA256SUMS`.
struct PackDirectory {
  let path: String
  let manifest: PackManifest
  let origins: LineFile
  let skips: LineFile

  static let sums = "SHA256SUMS"
  static let lineFiles = ["origins.jsonl", "skipped.jsonl"]

  /// Where plain copies of compressed tars lie while a pack is made.
  static func unpacking(_ path: String) -> String { "\(path)/.unpacked" }

  /// Opens the directory of a pack that is new, or goes on.
  ///
  /// - Parameter replaces: whether another pack's files are removed: those that its manifest lists.
  init(_ path: String, _ header: PackManifest.Header, replaces: Bool) throws {
    self.path = path
    try Self.requireOwn(path)
    try makeDirectories(path)
    manifest = try PackManifest(in: path)
    if let found = manifest.header, found != header {
      guard replaces else { throw PackError.otherPack(path: path, differs: Self.difference(found, header)) }
      try Self.remove(manifest)
    } else if replaces {
      try Self.remove(manifest)
    }
    (origins, skips) = (try LineFile("\(path)/origins.jsonl"), try LineFile("\(path)/skipped.jsonl"))
    AtomicDirectory.removeStale(in: path, of: Self.isOurs)
    if manifest.header == nil { try manifest.begin(header) }
    try checkShards()
    try origins.cut(to: manifest.shards.last?.origins ?? 0)
    try skips.cut(to: manifest.shards.last?.skipped ?? 0)
  }

  /// Whether a file of this name is one that packs are made of.
  private static func isOurs(_ name: String) -> Bool {
    lineFiles.contains(name) || [sums, PackManifest.name].contains(name) || name.hasSuffix(".tar")
  }

  /// Throws where a directory holds something, and no pack.
  static func requireOwn(_ path: String) throws {
    guard FileKind(at: FilePath(path)) == .folder, FileKind(at: FilePath("\(path)/\(PackManifest.name)")) == nil else {
      return
    }
    let others = try entries(of: FilePath(path)).filter { $0.name != ".unpacked" }
    guard others.isEmpty else { throw PackError.occupied(path: path) }
  }

  private static func difference(_ a: PackManifest.Header, _ b: PackManifest.Header) -> String {
    if a.pack != b.pack { return "another version" }
    if a.source != b.source || a.pairs != b.pairs { return "other data" }
    return a.options != b.options ? "the same data with other options" : "the same data, made by \(a.encoder ?? "")"
  }

  private static func remove(_ manifest: PackManifest) throws {
    guard manifest.header != nil else { return }
    let names = [sums] + lineFiles + manifest.shards.map(\.file) + (manifest.end?.others ?? [])
    for name in names where !name.contains("/") {
      let path = "\(manifest.directory)/\(name)"
      guard unlink(path) == 0 || errno == ENOENT else { throw FileError.unwritable(path: path, reason: systemReason()) }
    }
    try manifest.clear()
  }

  private func checkShards() throws {
    func isThere(_ shard: PackManifest.Shard) -> Bool { FileKind(at: FilePath("\(path)/\(shard.file)")) != nil }
    if let last = manifest.shards.last, manifest.end == nil, !isThere(last) { try manifest.dropLastShard() }
    for shard in manifest.shards {
      let path = "\(path)/\(shard.file)"
      let size = try ReadOnlyFile(path).size
      guard size == shard.bytes else {
        throw PackError.changedShard(path: path, reason: "has \(size) bytes and had \(shard.bytes)")
      }
    }
  }

  /// Writes what `sha256sum -c` checks, of every file.
  func writeSums() throws {
    var lines = manifest.shards.map { "\($0.sha256)  \($0.file)" }
    for name in Self.lineFiles + (manifest.end?.others ?? []) + [PackManifest.name] {
      lines.append("\(try sha256(file: "\(path)/\(name)"))  \(name)")
    }
    try AtomicFile.write(Data((lines.joined(separator: "\n") + "\n").utf8), to: "\(path)/\(Self.sums)")
  }
}

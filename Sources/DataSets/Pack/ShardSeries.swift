import Files
import Foundation
import Pairs

/// Writes pairs in their order into one shard after another.
struct ShardSeries {
  private let directory: PackDirectory
  private let options: PackOptions
  private var tar: TarWriter?
  private var shardPairs = 0
  /// Positions done.
  private(set) var done: Int
  /// Pairs written, in all launches.
  private(set) var pairs: Int

  init(_ directory: PackDirectory, _ options: PackOptions) {
    (self.directory, self.options) = (directory, options)
    let shards = directory.manifest.shards
    done = shards.last?.done ?? 0
    pairs = shards.reduce(0) { $0 + $1.pairs }
  }

  mutating func add(_ pair: PackedPair) throws {
    if !pair.files.isEmpty, let tar, !hasRoom(for: pair, in: tar) { try finishShard() }
    for flaw in pair.flaws { try directory.skips.append(flaw.line) }
    if !pair.files.isEmpty { try write(pair) }
    done += 1
  }

  private func hasRoom(for pair: PackedPair, in tar: TarWriter) -> Bool {
    shardPairs < options.shardPairs && tar.size + pair.space + TarWriter.endBytes <= options.shardBytes
  }

  private mutating func write(_ pair: PackedPair) throws {
    let tar = try tar ?? begin()
    self.tar = tar
    let key = String(format: "%09d", pairs)
    for file in pair.files { try tar.add("\(key).\(file.ending)", file.bytes) }
    let origin = Origin(key: key, shard: name, location: pair.location)
    try directory.origins.append(try origin.line())
    (shardPairs, pairs) = (shardPairs + 1, pairs + 1)
  }

  private var name: String { String(format: "shard-%06d.tar", directory.manifest.shards.count) }

  private func begin() throws -> TarWriter {
    let path = "\(directory.path)/\(name)"
    guard FileKind(at: FilePath(path)) == nil else { throw PackError.foreignFile(path: path) }
    return try TarWriter(path)
  }

  /// Ends the shard that is begun, if any. Its line is on the disk before it has its name.
  mutating func finishShard() throws {
    guard let tar else { return }
    try directory.origins.synchronize()
    try directory.skips.synchronize()
    let (name, count) = (name, shardPairs)
    try tar.close { (checksum) throws(ShardError) in
      let shard = PackManifest.Shard(
        file: name, pairs: count, bytes: tar.size, sha256: checksum, done: done, origins: directory.origins.length,
        skipped: directory.skips.length)
      do { try directory.manifest.add(shard) } catch {
        throw .unwritable(path: directory.path, reason: "\(error)")
      }
    }
    (self.tar, shardPairs) = (nil, 0)
  }
}

/// A line of `origins.jsonl`.
private struct Origin: Encodable {
  let key: String
  let shard: String
  let file: String
  let record: String
  let byte: Int?

  init(key: String, shard: String, location: PairLocation) {
    (self.key, self.shard) = (key, shard)
    (file, record, byte) = (location.file, location.key, location.byte)
  }

  func line() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}

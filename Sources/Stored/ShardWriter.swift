import Engine
import Files
import Foundation

/// Writes the files of one shard, row by row. They get their names when all are complete, and the shard's record after them.
package final class ShardWriter {
  private let directory: String
  private let number: Int
  private var rows: [StoreManifest.Kind: NpyWriter] = [:]
  private var lines: [StoreManifest.Kind: LineWriter] = [:]
  private var files: [StoreManifest.Kind: AtomicFile] = [:]
  private let encoder = JSONEncoder()
  private var count = 0

  package init(_ manifest: StoreManifest, in directory: String, number: Int) throws(StoredError) {
    (self.directory, self.number) = (directory, number)
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    func temporary(_ kind: StoreManifest.Kind) -> String {
      let file = AtomicFile("\(directory)/\(kind.name(shard: number))")
      files[kind] = file
      return file.temporary
    }
    for part in manifest.parts {
      let kind = StoreManifest.Kind(part)
      rows[kind] = try NpyWriter(temporary(kind), width: manifest.width(of: part), precision: manifest.precision)
    }
    for kind in [StoreManifest.Kind.keys, .captions, .samples] { lines[kind] = try LineWriter(temporary(kind)) }
  }

  /// Adds rows.
  ///
  /// - Parameters:
  ///   - parts: of each part that is stored `[keys.count, width]`, the manifest's of that part.
  ///   - captions: the texts that are embedded, or would be.
  package func append(_ parts: [StoredPart: Tensor], keys: [String], captions: [String], _ samples: [StoredSample])
    throws
  {
    precondition(captions.count == keys.count && samples.count == keys.count, "shard: \(keys.count) keys and others")
    for (part, numbers) in parts { try rows[.init(part)]?.append(numbers) }
    try lines[.keys]?.append(keys)
    try lines[.captions]?.append(captions)
    try lines[.samples]?.append(try samples.map { try $0.line(encoder) })
    count += keys.count
  }

  /// Completes the shard.
  ///
  /// - Parameters:
  ///   - lost: how many of the source's pairs have no row.
  ///   - skipped: a line for each of them, and for what else isn't used.
  package func finish(_ source: StoreManifest.Source, lost: Int, skipped: [String]) throws {
    for writer in rows.values { try writer.close() }
    for writer in lines.values { try writer.close() }
    var facts: [StoreManifest.Kind: StoreManifest.File] = [:]
    for (kind, file) in files {
      facts[kind] = StoreManifest.File(
        name: kind.name(shard: number), bytes: try ReadOnlyFile(file.temporary).size,
        sha256: try sha256(file: file.temporary))
      try file.finish()
    }
    let shard = StoreManifest.Shard(source: source, rows: count, skipped: lost, files: facts)
    try ShardRecord(shard: shard, skipped: skipped).write(in: directory, number: number)
  }
}

/// What says that a shard is complete, until the manifest does.
struct ShardRecord: Codable {
  let shard: StoreManifest.Shard
  let skipped: [String]

  /// `shard-00003.json`
  static func name(_ number: Int) -> String { "shard-\(shardDigits(number)).json" }

  func write(in directory: String, number: Int) throws {
    try AtomicFile.write(try storeJSON(self), to: "\(directory)/\(Self.name(number))")
  }
}

/// The same bytes for the same value.
func storeJSON(_ value: some Encodable) throws -> Data {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
  return try encoder.encode(value)
}

/// A text as a line has it.
package func storedLine(_ text: String) -> String { text.replacingOccurrences(of: "\n", with: "\\n") }

/// Writes lines of text.
private final class LineWriter {
  private let path: String
  private let file: UnsafeMutablePointer<FILE>
  private var closed = false

  init(_ path: String) throws(StoredError) {
    guard let file = fopen(path, "wb") else { throw .unwritable(path: path, reason: systemReason()) }
    (self.path, self.file) = (path, file)
  }

  deinit { if !closed { fclose(file) } }

  /// A line feed within a line becomes `\n`, so that line i stays row i.
  func append(_ lines: [String]) throws(StoredError) {
    // By scalars: to Swift a carriage return and a line feed are one character.
    let bytes = Array(lines.map { storedLine($0) + "\n" }.joined().utf8)
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else {
      throw .unwritable(path: path, reason: systemReason())
    }
  }

  func close() throws(StoredError) {
    let synced = fflush(file) == 0 && fsync(fileno(file)) == 0
    let reason = systemReason()
    closed = true
    guard fclose(file) == 0, synced else { throw .unwritable(path: path, reason: reason) }
  }
}

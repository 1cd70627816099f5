import Files
import Foundation

/// `manifest.jsonl`: what a pack is made of, then a line a shard, and one when all is done.
///
/// A shard's line is on the disk before the shard has its name. So each shard of ours is listed, and after a kill at most
/// the last one listed is missing.
final class PackManifest {
  /// What makes two packs the same.
  struct Header: Codable, Equatable {
    let pack: Int
    /// `DataIdentity`'s digest.
    let source: String
    let pairs: Int
    let options: PackOptions
    /// What encodes pictures, where they are made anew.
    let encoder: String?
  }

  /// A shard, and what was done when it was whole.
  struct Shard: Codable {
    let file: String
    let pairs: Int
    let bytes: Int
    let sha256: String
    /// Positions done.
    let done: Int
    /// Lengths of the files of lines.
    let origins: Int
    let skipped: Int
  }

  struct End: Codable {
    let complete: Bool
    let pairs: Int
    /// Files besides shards and lines.
    let others: [String]
  }

  static let name = "manifest.jsonl"

  let directory: String
  private let file: LineFile
  private(set) var header: Header?
  private(set) var shards: [Shard] = []
  private(set) var end: End?

  /// Where the last whole line begins.
  private var lastLine = 0

  /// Opens a manifest, which is empty for a new pack, and locks it. Drops a last line that was cut off.
  init(in directory: String) throws {
    self.directory = directory
    let path = "\(directory)/\(Self.name)"
    file = try LineFile(path)
    guard file.lock() else { throw PackError.inUse(path: directory) }
    let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    let whole = (bytes.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
    if whole < file.length { try file.cut(to: whole) }
    for (number, line) in bytes[..<whole].split(separator: UInt8(ascii: "\n")).enumerated() {
      lastLine = line.startIndex
      try take(Data(line), path, number + 1)
    }
  }

  private func take(_ line: Data, _ path: String, _ number: Int) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    if number == 1 {
      guard let found = try? decoder.decode(Header.self, from: line) else {
        throw PackError.unreadableManifest(path: path, line: number)
      }
      header = found
    } else if let found = try? decoder.decode(End.self, from: line) {
      end = found
    } else {
      guard let shard = try? decoder.decode(Shard.self, from: line) else {
        throw PackError.unreadableManifest(path: path, line: number)
      }
      shards.append(shard)
    }
  }

  func begin(_ header: Header) throws {
    self.header = header
    try write(header)
  }

  func add(_ shard: Shard) throws {
    shards.append(shard)
    try write(shard)
  }

  func finish(_ end: End) throws {
    self.end = end
    try write(end)
  }

  /// Takes back the last shard, which a kill kept from getting its name.
  func dropLastShard() throws {
    try file.cut(to: lastLine)
    shards.removeLast()
  }

  /// Empties it, once all that it lists is gone.
  func clear() throws {
    try file.cut(to: 0)
    (header, shards, end) = (nil, [], nil)
  }

  private func write(_ value: any Encodable) throws {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try file.append(String(decoding: try encoder.encode(value), as: UTF8.self))
    try file.synchronize()
  }
}

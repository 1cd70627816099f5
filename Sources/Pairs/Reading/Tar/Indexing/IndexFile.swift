import Files
import Foundation

/// What an index says before its table.
struct IndexHeader: Codable, Hashable, Sendable {
  let shard: ShardStamp
  let rule: MemberRule
  let summary: ShardSummary
  let shape: ShardTable.Shape
  /// Of the table's bytes.
  let hash: UInt64

  init(_ scan: ShardScan, of shard: ShardStamp, _ rule: MemberRule) {
    (self.shard, self.rule, summary, shape) = (shard, rule, scan.summary, scan.table.shape)
    hash = contentHash(bytes: scan.table.bytes)
  }
}

/// The index of a shard, as a file.
///
///     diagonal shard index 01⏎ · how long the header is (8) · its hash (8) · the header, as JSON · the table
///
/// Reading gives nil for whatever isn't whole. The number is to be raised when the format changes, or which members of a
/// tar make a record.
enum IndexFile {
  private static let mark = Array("diagonal shard index 01\n".utf8)
  private static let start = mark.count + 16

  static func write(_ header: IndexHeader, _ table: ShardTable, to path: String) throws {
    let text = try encoder.encode(header)
    var bytes = Data(mark)
    for number in [UInt64(text.count), contentHash(bytes: Array(text))] {
      withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }
    let file = AtomicFile(path, by: "index-\(UInt32.random(in: 0 ... .max))")
    bytes.append(text)
    bytes.append(contentsOf: table.bytes)
    try file.write(bytes)
  }

  static func header(at path: String) -> IndexHeader? {
    guard let file = try? ReadOnlyFile(path) else { return nil }
    return header(in: file)?.header
  }

  /// - Parameter header: what the index must say.
  static func table(at path: String, _ header: IndexHeader) -> ShardTable? {
    guard let file = try? ReadOnlyFile(path), let found = self.header(in: file), found.header == header,
      let bytes = try? file.read(found.end..<file.size), contentHash(bytes: bytes) == header.hash
    else { return nil }
    return ShardTable(header.shape, bytes)
  }

  private static func header(in file: ReadOnlyFile) -> (header: IndexHeader, end: Int)? {
    guard file.size >= start, let head = try? file.read(0..<start), head.starts(with: mark),
      let length = Int(exactly: number(head, mark.count)), 0...file.size - start ~= length,
      let text = try? file.read(start..<start + length), contentHash(bytes: text) == number(head, mark.count + 8),
      let header = try? JSONDecoder().decode(IndexHeader.self, from: Data(text)),
      file.size - start - length == header.shape.bytes
    else { return nil }
    return (header, start + length)
  }

  private static func number(_ bytes: [UInt8], _ at: Int) -> UInt64 {
    bytes[at..<at + 8].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// The same bytes each time.
  private static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }
}

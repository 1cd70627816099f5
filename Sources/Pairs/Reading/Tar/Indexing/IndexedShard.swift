import Files
import Synchronization

/// A shard whose records are known by an index, or by a scan where there is none. Its table is read when it is first asked
/// for, and kept.
final class IndexedShard: Sendable {
  let file: ShardFile
  let stamp: ShardStamp
  let summary: ShardSummary
  private let rule: MemberRule
  /// Where the table lies; nil where no index could be written.
  private let index: (path: String, header: IndexHeader)?
  private let table: Mutex<ShardTable?>

  /// By an index that fits; nil where there is none.
  init?(_ file: ShardFile, _ stamp: ShardStamp, _ rule: MemberRule, _ keeping: IndexKeeping) {
    let found = keeping.places(of: file, rule).lazy.compactMap { place in
      IndexFile.header(at: place).map { (path: place, header: $0) }
    }.first { $0.header.shard == stamp && $0.header.rule == rule }
    guard let found else { return nil }
    (self.file, self.stamp, self.rule, summary) = (file, stamp, rule, found.header.summary)
    index = found
    table = Mutex(nil)
  }

  /// By a scan, whose index is then written where it can be.
  init(
    scanning file: ShardFile, _ stamp: ShardStamp, _ rule: MemberRule, _ keeping: IndexKeeping
  ) throws(ShardError) {
    let scan = try ShardScan(file.open(stamp), rule)
    _ = try file.open(stamp)  // nor has it changed meanwhile
    (self.file, self.stamp, self.rule, summary) = (file, stamp, rule, scan.summary)
    let header = IndexHeader(scan, of: stamp, rule)
    let place = keeping.places(of: file, rule).first { Self.write(header, scan.table, to: $0) }
    index = place.map { (path: $0, header: header) }
    table = Mutex(place == nil ? scan.table : nil)
  }

  func record(at row: Int) throws(ShardError) -> ShardRecord {
    let table = try table.withLock { table throws(ShardError) in
      if let table { return table }
      let found = try read()
      table = found
      return found
    }
    return table[row]
  }

  func open() throws(ShardError) -> DataSetFile { try file.open(stamp) }

  /// Drops the index, of which a record showed that it isn't the shard's.
  func belied(by record: ShardRecord) -> ShardError {
    if let index { removeFile(index.path) }
    return .edited(path: file.path.description, record: record.key.description)
  }

  /// The index's table; or if it was damaged since it was written, what a scan finds.
  private func read() throws(ShardError) -> ShardTable {
    if let index, let table = IndexFile.table(at: index.path, index.header) { return table }
    let scan = try ShardScan(open(), rule)
    guard scan.summary == summary else { throw .changed(path: file.path.description) }
    if let index { _ = Self.write(index.header, scan.table, to: index.path) }
    return scan.table
  }

  private static func write(_ header: IndexHeader, _ table: ShardTable, to path: String) -> Bool {
    (try? makeDirectories(parentDirectory(path))) != nil && (try? IndexFile.write(header, table, to: path)) != nil
  }
}

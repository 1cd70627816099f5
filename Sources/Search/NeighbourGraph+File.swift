import Engine
import Files
import Foundation
import Similarity
import Stored

/// A graph in a file: a line of JSON that says of which rows it is, the graph's words, and the SHA-256 of both as 64 hexadecimal
/// digits. The rows aren't in it.
///
/// Whoever wrote it, nothing in it is believed: the checksum finds damage, and every number is checked where it is used.
extension NeighbourGraph {
  private struct Head: Codable, Equatable {
    static let kind = "diagonal neighbour graph"
    var kind = Self.kind
    var format = 1
    let part: String
    let model: String?
    let width: Int
    /// How many rows are in the graph.
    let count: Int
    /// `StoredRows.digest` of those rows.
    let rows: String
  }

  /// Writes the graph, which appears whole or not at all.
  public func write(to path: String, of stored: StoredRows) throws {
    let head = Head(
      part: stored.part.rawValue, model: stored.model, width: stored.rows.width, count: count,
      rows: stored.digest(ofFirst: count))
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    var bytes = try encoder.encode(head)
    // So that the words begin at a multiple of four.
    bytes.append(contentsOf: [UInt8](repeating: UInt8(ascii: " "), count: (4 - (bytes.count + 1) % 4) % 4) + [10])
    let file = AtomicFile(path)
    do { try write(bytes, to: file.temporary) } catch { throw FileError.unwritable(path: path, reason: error.reason) }
    try file.finish()
  }

  /// Writes a head, the words and their checksum, of which none is copied.
  private func write(_ head: Data, to path: String) throws(FileError) {
    guard let file = fopen(path, "wb") else { throw .unwritable(path: path, reason: systemReason()) }
    let checksum = Checksum()
    func put(_ bytes: UnsafeRawBufferPointer) -> Bool {
      checksum.add(bytes)
      return fwrite(bytes.baseAddress, 1, bytes.count, file) == bytes.count
    }
    let isWritten =
      head.withUnsafeBytes(put) && words.withUnsafeBytes(put)
      && Array(checksum.hexadecimal.utf8).withUnsafeBytes { fwrite($0.baseAddress, 1, $0.count, file) == $0.count }
      && fflush(file) == 0
    let reason = systemReason()
    guard fclose(file) == 0, isWritten else { throw .unwritable(path: path, reason: reason) }
  }

  /// Reads a graph of some rows, all of them or the first ones.
  ///
  /// - Throws: `FileError`, and `SearchError` where it isn't a graph, or another's.
  public static func read(_ path: String, of stored: StoredRows) throws -> NeighbourGraph {
    let bytes = try ReadOnlyFile(path).readAll()
    let (head, start) = try head(bytes, path)
    let end = bytes.count - 64
    guard start <= end, (end - start) % 4 == 0, bytes[end...].elementsEqual(Self.checksum(bytes[..<end]).utf8) else {
      throw SearchError.index(path: path, problem: "its checksum doesn't fit")
    }
    try require(head, stored, path)
    let words = [UInt32](unsafeUninitializedCapacity: (end - start) / 4) { words, filled in
      UnsafeMutableRawBufferPointer(words).copyBytes(from: bytes[start..<end])
      filled = (end - start) / 4
    }
    let graph = try checked(words, stored, path)
    guard graph.count == head.count else {
      throw SearchError.index(path: path, problem: "it hasn't as many rows as it says")
    }
    return graph
  }

  private static func checksum(_ bytes: ArraySlice<UInt8>) -> String {
    let checksum = Checksum()
    bytes.withUnsafeBytes(checksum.add)
    return checksum.hexadecimal
  }

  private static func checked(_ words: [UInt32], _ stored: StoredRows, _ path: String) throws(SearchError)
    -> NeighbourGraph
  {
    do { return try NeighbourGraph(over: stored.rows, words) } catch {
      guard case .graph(let problem) = error else { throw error }
      throw .index(path: path, problem: problem)
    }
  }

  private static func head(_ bytes: [UInt8], _ path: String) throws(SearchError) -> (Head, start: Int) {
    guard let end = bytes.prefix(4096).firstIndex(of: 10),
      let head = try? JSONDecoder().decode(Head.self, from: Data(bytes[..<end])), head.kind == Head.kind
    else { throw .otherIndex(path: path, problem: "isn't an index that `diagonal index` wrote") }
    guard head.format == 1 else {
      throw .otherIndex(path: path, problem: "has format \(head.format), and 1 is read: a newer Diagonal wrote it")
    }
    return (head, end + 1)
  }

  /// Throws unless the graph is of these rows.
  private static func require(_ head: Head, _ stored: StoredRows, _ path: String) throws(SearchError) {
    guard head.part == stored.part.rawValue else {
      throw .otherIndex(path: path, problem: "is of \(head.part), and \(stored.part.rawValue) are searched")
    }
    guard head.model == stored.model, head.width == stored.rows.width, 0...stored.count ~= head.count,
      head.rows == stored.digest(ofFirst: head.count)
    else { throw .otherIndex(path: path, problem: "is of other rows than \(stored.path) has now") }
  }
}

extension StoredRows {
  /// A digest of the first rows and their keys by which they are known again: of 256 that lie evenly over them.
  func digest(ofFirst count: Int) -> String {
    let seen = min(count, 256)
    var bytes: [UInt8] = []
    for number in 0..<seen {
      let row = seen > 1 ? number * (count - 1) / (seen - 1) : 0
      let numbers = rows.rows(row..<row + 1)
      withExtendedLifetime(numbers) { bytes += UnsafeRawBufferPointer(numbers.buffer) }
      bytes += Array(keys[row].utf8) + [0]
    }
    return sha256(bytes)
  }
}

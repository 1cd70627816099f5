import Files
import Foundation

/// Writes a tar that depends on names and contents only: ustar, mode 0644, no owner, time 0.
///
/// It appears at its path when it is closed, whole; until then it is written beside.
public final class TarWriter {
  private let path: String
  private let place: AtomicFile
  private let file: UnsafeMutablePointer<FILE>
  private let checksum = Checksum()
  private var closed = false
  /// Bytes written so far.
  public private(set) var size = 0

  /// Begins a tar.
  ///
  /// - Throws: `ShardError.unwritable` where its directory can't be written in.
  public init(_ path: String) throws(ShardError) {
    place = AtomicFile(path)
    guard let file = fopen(place.temporary, "wb") else { throw .unwritable(path: path, reason: systemReason()) }
    (self.path, self.file) = (path, file)
  }

  deinit { if !closed { fclose(file) } }

  /// What ends a tar.
  package static let endBytes = 1024

  /// What a file of so many bytes takes up, where ustar can hold its name.
  package static func space(_ bytes: Int) -> Int { 512 + (bytes + 511) / 512 * 512 }

  /// Appends a file. A name that ustar can't hold goes before it in a pax header.
  public func add(_ name: String, _ bytes: [UInt8]) throws(ShardError) {
    if name.utf8.count > 100 {
      let record = Self.paxRecord("path", name)
      try write(Self.header(name: "pax", size: record.count, type: "x"))
      try writePadded(record)
    }
    try write(Self.header(name: name, size: bytes.count, type: "0"))
    try writePadded(bytes)
  }

  /// Ends the tar with its two blocks of zeros, and gives it its name.
  public func close() throws(ShardError) { try close { (_) throws(ShardError) in } }

  /// - Parameter record: called with the tar's SHA-256 when all is written, before the tar has its name.
  package func close(recording record: (_ checksum: String) throws(ShardError) -> Void) throws(ShardError) {
    try write([UInt8](repeating: 0, count: Self.endBytes))
    guard fflush(file) == 0 else { throw .unwritable(path: path, reason: systemReason()) }
    try record(checksum.hexadecimal)
    do { try place.finish() } catch { throw ShardError(error) }
    closed = true
    fclose(file)
  }

  private func writePadded(_ bytes: [UInt8]) throws(ShardError) {
    try write(bytes)
    try write([UInt8](repeating: 0, count: (512 - bytes.count % 512) % 512))
  }

  private func write(_ bytes: [UInt8]) throws(ShardError) {
    precondition(!closed, "tar \(path): written to after close")
    guard fwrite(bytes, 1, bytes.count, file) == bytes.count else {
      throw .unwritable(path: path, reason: systemReason())
    }
    checksum.add(bytes)
    size += bytes.count
  }

  private static func header(name: String, size: Int, type: Character) -> [UInt8] {
    precondition(size < 1 << 33, "tar: \(name) has \(size) bytes, more than ustar's 8 GiB")
    var block = [UInt8](repeating: 0, count: 512)
    func put(_ text: String, at offset: Int) {
      block.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
    }
    block.replaceSubrange(0..<min(100, name.utf8.count), with: name.utf8.prefix(100))
    put("0000644\u{0}0000000\u{0}0000000\u{0}", at: 100)
    put(octal(size, digits: 11) + "\u{0}00000000000\u{0}        \(type)", at: 124)
    put("ustar\u{0}00", at: 257)
    put(octal(block.reduce(0) { $0 + Int($1) }, digits: 6) + "\u{0} ", at: 148)
    return block
  }

  private static func octal(_ number: Int, digits: Int) -> String {
    let text = String(number, radix: 8)
    return String(repeating: "0", count: digits - text.count) + text
  }

  /// `length key=value\n`, where the length counts its own digits too.
  private static func paxRecord(_ key: String, _ value: String) -> [UInt8] {
    let rest = " \(key)=\(value)\n"
    var length = rest.utf8.count
    while String(length).utf8.count + rest.utf8.count != length { length = String(length).utf8.count + rest.utf8.count }
    return Array("\(length)\(rest)".utf8)
  }
}

internal import CGLib
import Foundation

/// SHA-256 of bytes, as 64 hexadecimal digits.
public func sha256(_ bytes: [UInt8]) -> String {
  let checksum = Checksum()
  checksum.add(bytes)
  return checksum.hexadecimal
}

/// SHA-256 of a file's contents, read in pieces.
public func sha256(file path: String) throws(FileError) -> String {
  let file = try ReadOnlyFile(path)
  let checksum = Checksum()
  for start in stride(from: 0, to: file.size, by: 1 << 20) {
    checksum.add(try file.read(start..<min(file.size, start + 1 << 20)))
  }
  return checksum.hexadecimal
}

/// SHA-256 of bytes that come in pieces.
package final class Checksum {
  private let state = g_checksum_new(G_CHECKSUM_SHA256)

  package init() {}

  package func add(_ bytes: [UInt8]) { g_checksum_update(state, bytes, bytes.count) }

  package func add(_ bytes: UnsafeRawBufferPointer) {
    g_checksum_update(state, bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count)
  }

  /// Of all that was added; nothing may follow.
  package var hexadecimal: String { String(cString: g_checksum_get_string(state)) }
  deinit { g_checksum_free(state) }
}

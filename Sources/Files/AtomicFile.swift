import Foundation

package func writeFile(_ data: Data, to path: String) throws(FileError) {
  let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
  guard descriptor >= 0 else { throw .unwritable(path: path, reason: systemReason()) }
  defer { close(descriptor) }
  try writeAll(Array(data), to: descriptor, path: path)
}

/// Writes beside `path` and renames, so that readers find the old file or the new one, whole.
package func replaceFile(_ path: String, with data: Data) throws(FileError) {
  let temporary = AtomicDirectory.beside(path, "new")
  try writeFile(data, to: temporary)
  try AtomicDirectory.sync(temporary)
  try AtomicDirectory.move(temporary, path)
}

/// A write may be cut short, by a signal or a disk that fills up: the next one carries on, or says why not.
package func writeAll(_ bytes: [UInt8], to descriptor: CInt, path: String) throws(FileError) {
  var rest = bytes[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    if count < 0 && errno == EINTR { continue }
    guard count > 0 else { throw .unwritable(path: path, reason: systemReason()) }
    rest = rest.dropFirst(count)
  }
}

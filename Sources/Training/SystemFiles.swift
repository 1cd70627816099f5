import Foundation

// Files through the system's own calls: Foundation's errors on Linux often lose the reason ("error 512").

/// What `errno` says.
func systemReason() -> String { String(cString: strerror(errno)) }

/// Why a file that could not be read, could not: asked of the system again.
func readingReason(_ path: String, otherwise: String) -> String {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return systemReason() }
  defer { close(descriptor) }
  var byte: UInt8 = 0
  return read(descriptor, &byte, 1) < 0 ? systemReason() : otherwise
}

/// Makes a directory and those above it.
func makeDirectories(_ path: String) throws(CheckpointError) {
  if mkdir(path, 0o777) == 0 || errno == EEXIST && isDirectory(path) { return }
  let parent = parentDirectory(path)
  guard errno == ENOENT, parent != path else { throw .unwritable(path: path, reason: systemReason()) }
  try makeDirectories(parent)
  guard mkdir(path, 0o777) == 0 || isDirectory(path) else { throw .unwritable(path: path, reason: systemReason()) }
}

func writeFile(_ data: Data, to path: String) throws(CheckpointError) {
  let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
  guard descriptor >= 0 else { throw .unwritable(path: path, reason: systemReason()) }
  defer { close(descriptor) }
  try writeAll(Array(data), to: descriptor, path: path)
}

/// A write may be cut short, by a signal or a disk that fills up: the next one carries on, or says why not.
func writeAll(_ bytes: [UInt8], to descriptor: CInt, path: String) throws(CheckpointError) {
  var rest = bytes[...]
  while !rest.isEmpty {
    let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
    if count < 0 && errno == EINTR { continue }
    guard count > 0 else { throw .unwritable(path: path, reason: systemReason()) }
    rest = rest.dropFirst(count)
  }
}

func parentDirectory(_ path: String) -> String {
  let parent = (path as NSString).deletingLastPathComponent
  return parent.isEmpty ? "." : parent
}

private func isDirectory(_ path: String) -> Bool {
  var directory: ObjCBool = false
  return FileManager.default.fileExists(atPath: path, isDirectory: &directory) && directory.boolValue
}

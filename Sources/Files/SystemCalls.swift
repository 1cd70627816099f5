import Foundation

// Files through the system's own calls: Foundation's errors on Linux often lose the reason ("error 512").

/// What `errno` says.
package func systemReason() -> String { String(cString: strerror(errno)) }

/// Why a file that could not be read, could not: asked of the system again.
package func readingReason(_ path: String, otherwise: String) -> String {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { return systemReason() }
  defer { close(descriptor) }
  var byte: UInt8 = 0
  return read(descriptor, &byte, 1) < 0 ? systemReason() : otherwise
}

/// Makes a directory and those above it.
package func makeDirectories(_ path: String) throws(FileError) {
  if mkdir(path, 0o777) == 0 { return }
  let parent = parentDirectory(path)
  switch errno {
  case EEXIST where isDirectory(path): return
  case EEXIST: throw FileError.unwritable(path: path, reason: String(cString: strerror(ENOTDIR)))
  case ENOENT where parent != path: break
  default: throw FileError.unwritable(path: path, reason: systemReason())
  }
  try makeDirectories(parent)
  guard mkdir(path, 0o777) == 0 || isDirectory(path) else {
    throw FileError.unwritable(path: path, reason: systemReason())
  }
}

package func parentDirectory(_ path: String) -> String {
  let parent = (path as NSString).deletingLastPathComponent
  return parent.isEmpty ? "." : parent
}

func isDirectory(_ path: String) -> Bool {
  var directory: ObjCBool = false
  return FileManager.default.fileExists(atPath: path, isDirectory: &directory) && directory.boolValue
}

/// Removes a file, if it is there.
package func removeFile(_ path: String) { unlink(path) }

/// Writes a file in its place.
package func writeFile(_ data: Data, to path: String) throws(FileError) {
  let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
  guard descriptor >= 0 else { throw .unwritable(path: path, reason: systemReason()) }
  defer { close(descriptor) }
  try writeAll(Array(data), to: descriptor, path: path)
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

func move(_ from: String, to path: String) throws(FileError) {
  guard rename(from, path) == 0 else { throw .unwritable(path: path, reason: systemReason()) }
}

/// Returns once what was written to a file, or the names in a directory, are on the disk.
func synchronize(_ path: String) throws(FileError) {
  let descriptor = open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw .unwritable(path: path, reason: systemReason()) }
  defer { close(descriptor) }
  guard fsync(descriptor) == 0 else { throw .unwritable(path: path, reason: systemReason()) }
}

/// The largest resident memory of this process so far, in bytes.
package func peakBytes() -> Int {
  var usage = rusage()
  getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  return usage.ru_maxrss * 1024
}

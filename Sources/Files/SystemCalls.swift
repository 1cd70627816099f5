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

/// Makes a directory in `TMPDIR`, of a name that nobody can guess, for this user alone.
package func makeTemporaryDirectory(_ name: String) throws(FileError) -> String {
  let path = FileManager.default.temporaryDirectory.appendingPathComponent("\(name)-XXXXXX").path
  var bytes = path.utf8CString
  guard bytes.withUnsafeMutableBufferPointer({ mkdtemp($0.baseAddress!) }) != nil else {
    throw .unwritable(path: parentDirectory(path), reason: systemReason())
  }
  return bytes.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
}

/// The directory that names what lies at a path: `a` of `a/b` and of `a/b/`, `.` of `b`, `/` of `/b` and of itself.
/// (Foundation's own traps on paths of one character.)
package func parentDirectory(_ path: String) -> String {
  let bytes = Array(path.utf8)
  let name = bytes[..<bytes.endWithoutSlashes]
  guard let cut = name.lastIndex(of: slash) else { return name.isEmpty && !bytes.isEmpty ? "/" : "." }
  let parent = bytes[..<bytes[..<cut].endWithoutSlashes]
  return parent.isEmpty ? "/" : String(decoding: parent, as: UTF8.self)
}

/// The last name of a path, without slashes after it; `/` of the root.
package func lastComponent(_ path: String) -> String {
  let bytes = Array(path.utf8)
  let whole = bytes[..<bytes.endWithoutSlashes]
  guard !whole.isEmpty else { return bytes.isEmpty ? "" : "/" }
  return String(decoding: whole[((whole.lastIndex(of: slash) ?? -1) + 1)...], as: UTF8.self)
}

private let slash = UInt8(ascii: "/")

extension RandomAccessCollection<UInt8> where Index == Int {
  fileprivate var endWithoutSlashes: Int { (lastIndex { $0 != slash } ?? startIndex - 1) + 1 }
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

/// Throws where something lies at a path that no file may take the place of: a device, a pipe, a folder.
package func requireRegular(_ path: String) throws(FileError) {
  guard let kind = FileKind(at: FilePath(path)), kind != .regular else { return }
  throw .unwritable(path: path, reason: "it is \(kind.rawValue), not a regular file")
}

/// Whether a path is itself a directory, and no link to one.
package func isOwnDirectory(_ path: String) -> Bool {
  var status = stat()
  return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

package func move(_ from: String, to path: String) throws(FileError) {
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

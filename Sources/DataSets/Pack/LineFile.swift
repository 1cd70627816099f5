import Files
import Foundation

/// A file of lines that grows, and that can be cut back to what it was.
final class LineFile {
  let path: String
  private let descriptor: CInt
  /// Bytes, those that aren't written yet included.
  private(set) var length: Int
  private var waiting: [UInt8] = []

  /// Opens a file, or makes an empty one; a link isn't followed.
  init(_ path: String) throws(FileError) {
    self.path = path
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
    guard descriptor >= 0 else { throw .unwritable(path: path, reason: systemReason()) }
    length = Int(lseek(descriptor, 0, SEEK_END))
  }

  deinit { close(descriptor) }

  func append(_ line: String) throws(FileError) {
    waiting += Array(line.utf8) + [UInt8(ascii: "\n")]
    length += line.utf8.count + 1
    if waiting.count > 1 << 16 { try flush() }
  }

  /// Returns once all is on the disk.
  func synchronize() throws(FileError) {
    try flush()
    guard fsync(descriptor) == 0 else { throw .unwritable(path: path, reason: systemReason()) }
  }

  /// Drops all behind the first `length` bytes.
  func cut(to length: Int) throws(FileError) {
    waiting = []
    guard ftruncate(descriptor, off_t(length)) == 0, lseek(descriptor, off_t(length), SEEK_SET) >= 0 else {
      throw .unwritable(path: path, reason: systemReason())
    }
    self.length = length
  }

  /// Whether no other process has it locked; if so, this one has it as long as the value lives.
  ///
  /// A second's grace: a child that is being started holds its parent's locks until it is another program.
  func lock() -> Bool {
    for _ in 0..<20 {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
      usleep(50_000)
    }
    return false
  }

  private func flush() throws(FileError) {
    try writeAll(waiting, to: descriptor, path: path)
    waiting = []
  }
}

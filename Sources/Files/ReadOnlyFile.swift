import Foundation

/// A file read by position. Opened for the life of the value, so that a shard's members share one open.
package final class ReadOnlyFile: Sendable {
  /// What tells whether a file is still what it was.
  package struct Stamp: Hashable, Sendable {
    package let size: Int
    let device: UInt
    let inode: UInt
    package let seconds: Int
    package let nanoseconds: Int
  }

  package let path: String
  package let stamp: Stamp
  package var size: Int { stamp.size }
  private let descriptor: CInt

  package convenience init(_ path: String) throws(FileError) { try self.init(FilePath(path)) }

  package init(_ path: FilePath) throws(FileError) {
    // A FIFO without a writer would let a plain open wait for ever.
    let descriptor = path.withCString { open($0, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
    guard let descriptor, descriptor >= 0 else {
      throw descriptor == nil || errno == ENOENT
        ? .missing(path: path.description) : .unreadable(path: path.description, reason: systemReason())
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw .unreadable(
        path: path.description, reason: "\(FileKind(mode: status.st_mode).rawValue), not a regular file")
    }
    (self.path, self.descriptor) = (path.description, descriptor)
    stamp = Stamp(
      size: Int(status.st_size), device: UInt(status.st_dev), inode: UInt(status.st_ino),
      seconds: Int(status.st_mtim.tv_sec), nanoseconds: Int(status.st_mtim.tv_nsec))
  }

  deinit { close(descriptor) }

  package func read(_ range: Range<Int>) throws(FileError) -> [UInt8] {
    guard hasMemory(for: range.count) else {
      throw .unreadable(path: path, reason: "there is no memory for \(range.count) bytes of it")
    }
    var failure: FileError?
    let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
      do throws(FileError) {
        try read(
          from: range.lowerBound,
          into: UnsafeMutableRawBufferPointer(UnsafeMutableBufferPointer(rebasing: buffer[..<range.count])))
        count = range.count
      } catch { failure = error }
    }
    if let failure { throw failure }
    return bytes
  }

  /// Fills a buffer with the bytes from `start` on.
  package func read(from start: Int, into buffer: UnsafeMutableRawBufferPointer) throws(FileError) {
    var count = 0
    while count < buffer.count {
      let got = pread(descriptor, buffer.baseAddress! + count, buffer.count - count, off_t(start + count))
      if got < 0 && errno == EINTR { continue }
      guard got > 0 else {
        throw .unreadable(
          path: path,
          reason: got < 0 ? systemReason() : "it ends before byte \(start + buffer.count): was it changed?")
      }
      count += got
    }
  }

  package func readAll() throws(FileError) -> [UInt8] { try read(0..<size) }
}

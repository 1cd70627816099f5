import Foundation

/// A file read by position. Opened for the life of the value, so that a shard's members share one open.
package final class ReadOnlyFile {
  package let path: String
  package let size: Int
  private let descriptor: CInt

  package init(_ path: String) throws(FileError) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw errno == ENOENT ? .missing(path: path) : .unreadable(path: path, reason: systemReason())
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw .unreadable(path: path, reason: "not a file")
    }
    (self.path, size) = (path, Int(status.st_size))
  }

  deinit { close(descriptor) }

  package func read(_ range: Range<Int>) throws(FileError) -> [UInt8] {
    var failure: FileError?
    let bytes = [UInt8](unsafeUninitializedCapacity: range.count) { buffer, count in
      while count < range.count {
        let got = pread(descriptor, buffer.baseAddress! + count, range.count - count, off_t(range.lowerBound + count))
        if got < 0 && errno == EINTR { continue }
        if got <= 0 {
          failure = .unreadable(
            path: path, reason: got < 0 ? systemReason() : "it ends before byte \(range.upperBound): was it changed?")
          return
        }
        count += got
      }
    }
    if let failure { throw failure }
    return bytes
  }

  package func readAll() throws(FileError) -> [UInt8] { try read(0..<size) }
}

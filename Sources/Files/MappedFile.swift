import Foundation

/// A file's bytes, mapped rather than read: what is touched comes into memory, and goes again where others need the room.
///
/// (Foundation's `.alwaysMapped` reads the whole file on Linux.) A file that is cut short while it is mapped ends the process
/// where the missing part is touched; who replaces files by renaming, as `AtomicFile`, does no such thing.
package final class MappedFile {
  /// Valid while this lives.
  package let bytes: UnsafeRawBufferPointer

  package init(_ path: String) throws(FileError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else {
      throw errno == ENOENT ? .missing(path: path) : .unreadable(path: path, reason: systemReason())
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw .unreadable(path: path, reason: "\(FileKind(mode: status.st_mode).rawValue), not a regular file")
    }
    let size = Int(status.st_size)
    // Nothing can't be mapped.
    guard size > 0 else {
      bytes = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0)
    guard let start, start != MAP_FAILED else { throw .unreadable(path: path, reason: systemReason()) }
    bytes = UnsafeRawBufferPointer(start: start, count: size)
  }

  deinit {
    if let start = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: start), bytes.count) }
  }
}

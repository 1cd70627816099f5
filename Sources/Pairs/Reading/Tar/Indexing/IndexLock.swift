import Files
import Foundation

/// Lets one process build a folder's indexes while others wait, to find them built.
///
/// It saves work and no more: without it, as on a file system that can't lock, several build the same and each writes whole
/// files. What a builder that died left half written goes.
final class IndexLock {
  private let descriptor: CInt

  /// Waits until nobody else holds it. Nil where no lock can be had.
  init?(folder: String) {
    guard (try? makeDirectories(folder)) != nil else { return nil }
    descriptor = open("\(folder)/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { return nil }
    while flock(descriptor, LOCK_EX) != 0 && errno == EINTR {}
    AtomicDirectory.removeStale(in: folder) { $0.hasSuffix(".index") }
  }

  deinit { close(descriptor) }
}

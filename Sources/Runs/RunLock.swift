import Files
import Foundation

/// Keeps a run directory to one run. Ends with the process, however that ends.
public final class RunLock: Sendable {
  private let directory: String
  private let made: Bool
  private let descriptor: CInt
  private var path: String { "\(directory)/.lock" }

  /// Makes the directory if need be.
  public init(_ run: RunDirectory) throws(CheckpointError) {
    directory = run.path
    made = !FileManager.default.fileExists(atPath: run.path)
    do { try makeDirectories(run.path) } catch { throw .file(error) }
    descriptor = try Self.locked("\(run.path)/.lock", of: run.path)
  }

  /// A directory that was made for the lock and stayed empty goes too.
  deinit {
    unlink(path)
    close(descriptor)
    if made { rmdir(directory) }
  }

  private static func locked(_ path: String, of directory: String) throws(CheckpointError) -> CInt {
    while true {
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
      guard descriptor >= 0 else { throw .file(.unwritable(path: directory, reason: systemReason())) }
      // A file system that can't lock must not keep anybody from training.
      if flock(descriptor, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK {
        close(descriptor)
        throw .inUse(path: directory)
      }
      // The holder removes the file when it ends: one opened just before is nobody's any more.
      var status = stat()
      if fstat(descriptor, &status) == 0 && status.st_nlink > 0 { return descriptor }
      close(descriptor)
    }
  }
}

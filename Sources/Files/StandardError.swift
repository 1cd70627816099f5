import Foundation

/// Writes to standard error; what can't be written, because it is closed or a disk is full, is lost. (Foundation's own
/// ends the process then.)
package func writeStandardError(_ text: String) {
  try? writeAll(Array(text.utf8), to: STDERR_FILENO, path: "standard error")
}

/// Gives standard streams that are closed to /dev/null, so that no file of the run gets their numbers.
package func openStandardStreams() {
  for descriptor in STDIN_FILENO...STDERR_FILENO where fcntl(descriptor, F_GETFD) < 0 {
    // The lowest number that is free, which is this one.
    _ = open("/dev/null", O_RDWR)
  }
}

import Files
import Foundation
import Threading

/// Ends the process with a sentence where the system has no room for so many threads more at once, and for some bytes beside
/// them. NIO, whose threads come next, would trap, and who waits for one of Swift's tasks would wait for ever.
func requireRoom(threads: Int, bytes: Int) {
  requireThreads(threads, "of the server's") {
    if hasMemory(for: bytes) { return }
    writeStandardError("Error: there is no room for \(bytes >> 20) MiB to answer in: raise the limit (ulimit -v)\n")
    // Not by way of handlers, which would wait for other threads.
    _exit(1)
  }
}

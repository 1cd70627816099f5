import CAllocation
import Engine
import Files
import Foundation

/// Lets the server end with a sentence and exit code 1 where the system has no memory for a tensor, or for anything else, and
/// where pages of stored embeddings, which lie in files, are gone (SIGBUS).
func endWhereMemoryEnds() {
  ca_end_without_memory(
    UnsafeRawPointer(advice.utf8Start).assumingMemoryBound(to: CChar.self))
  OutOfMemory.end { bytes in
    writeStandardError(
      "Error: there is no memory for \(bytes) bytes of numbers: take a smaller --batch or --queue, or raise the limit "
        + "(ulimit -v)\n")
    // Not by way of handlers, which would wait for other threads.
    _exit(1)
  }
  guard getenv("SWIFT_BACKTRACE") == nil else { return }
  signal(SIGBUS) { _ in
    _ = write(STDERR_FILENO, lostPages.utf8Start, lostPages.utf8CodeUnitCount)
    _exit(1)
  }
}

private let advice: StaticString = ", or take a smaller --batch, --queue or --body"

/// A handler may make nothing.
private let lostPages: StaticString = "Error: a file of embeddings was cut while it was served (SIGBUS)\n"

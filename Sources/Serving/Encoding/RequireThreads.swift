import Files
import Foundation
import Threading

/// Ends the process with a sentence where the system has no room for so many threads more at once, and for some bytes beside
/// them. NIO, whose threads come next, would trap, and who waits for one of Swift's tasks would wait for ever.
func requireThreads(_ count: Int, bytes: Int) {
  let (started, areEnough) = (Monitor(0), Monitor(false))
  for _ in 0..<count {
    startThread("of \(count) of the server's") {
      // By now it has taken memory: glibc gives each thread 64 MiB of addresses then, which are kept for the next ones.
      started.withLock { $0 += 1 }
      started.wakeAll()
      areEnough.wait { $0 }
    }
  }
  started.wait { $0 == count }
  let hasRoom = hasMemory(for: bytes)
  areEnough.withLock { $0 = true }
  areEnough.wakeAll()
  guard !hasRoom else { return }
  writeStandardError("Error: there is no room for \(bytes >> 20) MiB to answer in: raise the limit (ulimit -v)\n")
  // Not by way of handlers, which would wait for other threads.
  _exit(1)
}

import Threading

/// Ends the process with a sentence where the system has no room for so many threads more: NIO's, which come next, would trap.
func requireThreads(_ count: Int) {
  let areEnough = Monitor(false)
  for _ in 0..<count { startThread("of \(count) of the server's") { areEnough.wait { $0 } } }
  areEnough.withLock { $0 = true }
  areEnough.wakeAll()
}

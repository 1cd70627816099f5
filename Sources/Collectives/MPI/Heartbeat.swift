import COpenMPI
import Foundation

/// Ends a run that would wait for ever for a worker that was stopped, or whose machine is down or cut off.
///
/// Every worker sends its host's name to the next one of a ring, twice a second, from a thread of its own; one that
/// computes, reads or saves for an hour still beats. Whoever hears nothing from the worker before it for too long names it
/// and aborts. (A worker that is killed is noticed by its launcher, at once.)
///
/// What it does not notice: a process whose heartbeat lives while its main thread hangs, say on a file system.
public final class Heartbeat {
  private let beating: Beating

  /// Called by all workers. Nil where there is nobody else, or where MPI lets only one thread communicate.
  ///
  /// - Parameter timeoutSeconds: how long the worker before may be silent; nil: for ever.
  public init?(_ workers: MPICommunicator, timeoutSeconds: Int?) throws(CommunicationError) {
    var threads: CInt = 0
    try check("MPI_Query_thread", MPI_Query_thread(&threads))
    guard workers.size > 1, threads >= MPI_THREAD_MULTIPLE else { return nil }
    let ring = try RingMessages(workers)
    beating = Beating(timeoutSeconds: timeoutSeconds)
    // Safe: `abort` touches nothing of the communicator but its rank.
    nonisolated(unsafe) let workers = workers
    let thread = Thread { [beating] in beating.run(ring) { workers.abort("\($0)") } }
    thread.name = "heartbeat \(workers.rank)"
    thread.start()
  }

  /// Says goodbye to the next worker, and returns once the one before has said it too: before `finalize()`.
  public func stop() { beating.stop() }
}

/// What a `Heartbeat` shares with its thread.
///
/// Safe to share: what changes is read and written under `condition`.
private final class Beating: @unchecked Sendable {
  private let timeoutSeconds: Int?
  private let condition = NSCondition()
  private var stopping = false
  private var ended = false

  init(timeoutSeconds: Int?) { self.timeoutSeconds = timeoutSeconds }

  func run(_ ring: RingMessages, abort: (CommunicationError) -> Void) {
    do throws(CommunicationError) { try beat(ring) } catch { abort(error) }
    condition.withLock {
      ended = true
      condition.broadcast()
    }
  }

  func stop() {
    condition.withLock {
      stopping = true
      condition.broadcast()
      while !ended { condition.wait() }
    }
  }

  private func beat(_ ring: RingMessages) throws(CommunicationError) {
    let name = hostName()
    var heard = FailureDetector(of: ring.before, timeoutSeconds: timeoutSeconds)
    var saidGoodbye = false
    while true {
      if !saidGoodbye {
        let stopping = condition.withLock { self.stopping }
        saidGoodbye = try ring.send(stopping ? FailureDetector.goodbye : name) && stopping
      }
      while let text = try ring.receive() { heard.hear(text) }
      if saidGoodbye, heard.left, try ring.hasSent() { return }
      try heard.pass(seconds: pause())
    }
  }

  /// Sleeps until the next beat is due, and returns how long that took.
  private func pause() -> Double {
    let start = ContinuousClock.now
    let stopping = condition.withLock {
      if !self.stopping { _ = condition.wait(until: Date(timeIntervalSinceNow: FailureDetector.beatSeconds)) }
      return self.stopping
    }
    // Nobody waits half a second for an end.
    if stopping { usleep(2000) }
    return (ContinuousClock.now - start) / .seconds(1)
  }
}

private func hostName() -> String {
  var name = [CChar](repeating: 0, count: 256)
  gethostname(&name, name.count - 1)
  return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

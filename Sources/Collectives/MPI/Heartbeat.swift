import COpenMPI
import Foundation
import Threading

/// Ends a run that would wait for ever for a worker that was stopped, or whose machine is down or cut off.
///
/// Every worker sends its host's name to the next one of a ring, twice a second, from a thread of its own; one that
/// computes, reads or saves for an hour still beats. Whoever hears nothing from the worker before it for too long names
/// it and aborts. (A worker that is killed is noticed by its launcher, at once.)
///
/// What it does not notice: a process whose heartbeat lives while its main thread hangs, say on a file system.
public final class Heartbeat {
  private let beating: Monitor<Beating>

  /// Starts to beat; a call of all workers. Nil where there is nobody else, or where MPI lets only one thread
  /// communicate.
  ///
  /// - Parameter timeoutSeconds: how long the worker before may be silent; nil: for ever.
  public init?(_ workers: MPICommunicator, timeoutSeconds: Int?) throws(CommunicationError) {
    var threads: CInt = 0
    try check("MPI_Query_thread", MPI_Query_thread(&threads))
    guard workers.size > 1, threads >= MPI_THREAD_MULTIPLE else { return nil }
    beating = Monitor(Beating(ring: try RingMessages(workers), timeoutSeconds: timeoutSeconds))
    let rank = workers.rank
    startThread("heartbeat \(rank)") { [beating] in run(beating, rank: rank) }
  }

  /// Says goodbye to the next worker, and returns once the one before has said it too: before `finalize()`.
  public func stop() {
    beating.withLock { $0.stopping = true }
    beating.wakeAll()
    beating.wait { $0.ended }
  }
}

/// What a `Heartbeat` shares with its thread.
private struct Beating {
  /// The thread's.
  let ring: RingMessages
  let timeoutSeconds: Int?
  var stopping = false
  var ended = false
}

private func run(_ beating: Monitor<Beating>, rank: Int) {
  do throws(CommunicationError) { try beat(beating) } catch { MPICommunicator.abort(by: rank, "\(error)") }
  beating.withLock { $0.ended = true }
  beating.wakeAll()
}

private func beat(_ beating: Monitor<Beating>) throws(CommunicationError) {
  let (ring, timeoutSeconds) = beating.withLock { ($0.ring, $0.timeoutSeconds) }
  let name = hostName()
  var detector = FailureDetector(of: ring.before, timeoutSeconds: timeoutSeconds)
  var saidGoodbye = false
  while true {
    if !saidGoodbye {
      let stopping = beating.withLock { $0.stopping }
      saidGoodbye = try ring.send(stopping ? FailureDetector.goodbye : name) && stopping
    }
    while let text = try ring.receive() { detector.hear(text) }
    if saidGoodbye, detector.left, try ring.hasSent() { return }
    try detector.pass(seconds: pause(beating))
  }
}

/// Sleeps until the next beat is due, and returns how many seconds that took.
private func pause(_ beating: Monitor<Beating>) -> Double {
  let start = ContinuousClock.now
  // Nobody waits half a second for an end.
  if beating.wait(atMostSeconds: FailureDetector.beatSeconds, until: { $0.stopping }) { usleep(2000) }
  return seconds(since: start)
}

private func hostName() -> String {
  var name = [CChar](repeating: 0, count: 256)
  gethostname(&name, name.count - 1)
  return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
}

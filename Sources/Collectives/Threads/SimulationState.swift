import Foundation

/// What all boards of a simulation share: one lock, on which every wait sleeps, and why the workers stop, once they do.
///
/// Safe to share: every stored property is read and written under `condition`, by `Board` or here.
final class Alarm: @unchecked Sendable {
  let condition = NSCondition()
  private(set) var failure: CommunicationError?
  private var left: Set<Int> = []

  /// Wakes all workers; the first failure stays.
  func ring(by rank: Int, reason: String) {
    condition.lock()
    defer { condition.unlock() }
    failure = failure ?? .aborted(by: rank, reason: reason)
    condition.broadcast()
  }

  /// Notes that a worker has returned, and will come to no meeting any more.
  func leave(_ rank: Int) {
    condition.lock()
    defer { condition.unlock() }
    left.insert(rank)
    condition.broadcast()
  }

  /// Sleeps until `done`; throws when that will not happen, for an abort or because one of `awaited` has left.
  /// The caller holds the lock.
  func wait(
    for awaited: Range<Int>, call: String, until done: () -> Bool
  ) throws(CommunicationError) {
    while !done() {
      if let failure { throw failure }
      if let gone = left.filter(awaited.contains).min() { throw .left(rank: gone, call: call) }
      condition.wait()
    }
  }
}

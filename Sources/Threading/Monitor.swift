import Foundation

/// A state that several threads share: one at a time looks at it or changes it, and others sleep until it is what they
/// wait for.
///
///     let done = Monitor(0)
///     startThread("one") { done.withLock { $0 += 1 }; done.wakeAll() }
///     done.wait { $0 == 1 }
///
/// Whoever changes what others may wait for calls `wakeAll()`, within the lock or after it. Where nobody waits, a
/// `Mutex` does. The state may hold what isn't Sendable: who takes such a thing out has it alone, which is how it is
/// handed to a thread.
///
/// Safe to share: the state is touched under the lock alone.
package final class Monitor<State>: @unchecked Sendable {
  private let condition = NSCondition()
  private var state: State

  package init(_ state: State) { self.state = state }

  /// Calls `body` with the state, which no one else touches meanwhile. It must not use this monitor, but for
  /// `wakeAll()`.
  package func withLock<Result, Failure: Error>(
    _ body: (inout State) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    condition.lock()
    defer { condition.unlock() }
    return try body(&state)
  }

  /// Lets all who wait look at the state again.
  package func wakeAll() { condition.broadcast() }

  /// Sleeps until `isReady` says so, which is asked at once and after every `wakeAll()`, then calls `body` under the
  /// same lock.
  ///
  /// - Throws: what either of them throws; the first ends a wait that would be in vain.
  package func wait<Result, Failure: Error>(
    until isReady: (inout State) throws(Failure) -> Bool, then body: (inout State) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    condition.lock()
    defer { condition.unlock() }
    while try !isReady(&state) { condition.wait() }
    return try body(&state)
  }

  /// Sleeps until `isReady` says so.
  package func wait<Failure: Error>(until isReady: (inout State) throws(Failure) -> Bool) throws(Failure) {
    try wait(until: isReady) { (_) throws(Failure) in }
  }

  /// Sleeps until `isReady` says so, but for so many seconds at most.
  ///
  /// - Returns: whether it said so.
  package func wait(atMostSeconds seconds: Double, until isReady: (inout State) -> Bool) -> Bool {
    let end = Date(timeIntervalSinceNow: seconds)
    condition.lock()
    defer { condition.unlock() }
    while !isReady(&state) {
      if !condition.wait(until: end) { return isReady(&state) }
    }
    return true
  }
}

import Threading

/// What a `CollectiveQueue` shares with its thread: the calls that are to be made, in order, and what became of the
/// others.
final class PostedCalls: Sendable {
  typealias Call = (any Communicator) throws -> Void

  private struct State {
    /// Used by the one who makes calls: the thread, if there is one. Its `abort` may be called from any thread.
    let workers: any Communicator
    var waiting: [Call] = []
    /// Calls posted and not made yet, the present one included.
    var pending = 0
    /// Calls made since the last `drain()`.
    var made = 0
    var failure: (any Error)?
    /// Seconds that calls took since the last `drain()`.
    var busy = 0.0
    var stopped = false
    var running = false

    mutating func dropWaiting() {
      pending -= waiting.count
      waiting = []
    }
  }

  private let monitor: Monitor<State>

  /// - Parameter workers: what calls are made over, by nobody else.
  init(_ workers: any Communicator) { monitor = Monitor(State(workers: workers)) }

  func add(_ call: @escaping Call) throws {
    try monitor.withLock { state in
      if let failure = state.failure { throw failure }
      state.waiting.append(call)
      state.pending += 1
    }
    monitor.wakeAll()
  }

  /// Announces a thread that will call `run()`.
  func begin() { monitor.withLock { $0.running = true } }

  /// Makes calls as they come, until `end()`.
  func run() {
    while let call = next() { make(call) }
    monitor.withLock { $0.running = false }
    monitor.wakeAll()
  }

  private func next() -> Call? {
    monitor.wait(until: { $0.stopped || !$0.waiting.isEmpty }) { $0.stopped ? nil : $0.waiting.removeFirst() }
  }

  /// Makes calls until `wanted` are made or none is left.
  func make(until wanted: Int) {
    while let call = monitor.withLock({ $0.made < wanted && !$0.waiting.isEmpty ? $0.waiting.removeFirst() : nil }) {
      make(call)
    }
  }

  private func make(_ call: Call) {
    let workers = monitor.withLock { $0.workers }
    let start = ContinuousClock.now
    let result = Result { try call(workers) }
    monitor.withLock { state in
      state.busy += seconds(since: start)
      state.pending -= 1
      state.made += 1
      guard case .failure(let error) = result else { return }
      // Nobody waits for the rest.
      state.failure = state.failure ?? error
      state.dropWaiting()
    }
    monitor.wakeAll()
  }

  /// Waits until `wanted` calls are made, or one has failed, which is thrown. Returns how many are made.
  func wait(for wanted: Int) throws -> Int {
    try monitor.wait(until: { $0.made >= wanted || $0.failure != nil }) { state in
      if let failure = state.failure { throw failure }
      return state.made
    }
  }

  /// Waits until all calls are made, and begins to count anew. Throws what one of them threw.
  func drain() throws -> (busy: Double, traffic: Traffic) {
    try monitor.wait(until: { $0.pending == 0 }) { state in
      if let failure = state.failure { throw failure }
      defer { (state.busy, state.made, state.workers.traffic) = (0, 0, Traffic()) }
      return (state.busy, state.workers.traffic)
    }
  }

  /// Drops what isn't begun and waits for the call that is, having brought the workers down.
  func abandon(_ reason: String) {
    monitor.withLock { state in
      state.dropWaiting()
      if state.pending > 0 { state.workers.abort(reason) }
    }
    monitor.wait(until: { $0.pending == 0 }) { $0.made = 0 }
  }

  /// Ends the thread, and returns once it has: none may be within MPI when MPI is finalized.
  func end() {
    abandon("its queue ended amid calls")
    monitor.withLock { $0.stopped = true }
    monitor.wakeAll()
    monitor.wait { !$0.running }
  }
}

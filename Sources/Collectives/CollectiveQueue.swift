import Foundation

/// Collective calls made in the background: in the order in which they were posted, by one thread of their own, over a
/// duplicate of their own.
///
/// All workers post the same calls in the same order. A call gets the duplicate and plain buffers; who posts it keeps the
/// buffers' memory until they are made. Where a second thread may not communicate, who waits makes the calls itself; a
/// worker alone, who waits for nobody, makes them at once.
public final class CollectiveQueue {
  private let workers: any Communicator
  private let line: CallLine
  private let alone: Bool
  /// Seconds of waiting since the last `finish()`.
  private var waited = 0.0
  /// Whether calls run beside the thread that posts them.
  public let overlaps: Bool

  /// Seconds that calls took, and how many of them somebody waited.
  public struct Spent: Sendable {
    public let busy: Double
    public let waited: Double
    /// What passed unnoticed, while the poster computed.
    public var hidden: Double { max(0, busy - waited) }
  }

  /// Called by all workers.
  ///
  /// - Parameter overlaps: false to make calls only when they are waited for.
  public init(_ workers: any Communicator, overlaps: Bool = true) throws(CommunicationError) {
    self.workers = workers
    line = CallLine(try workers.duplicate())
    alone = workers.size == 1
    self.overlaps = overlaps && workers.size > 1 && workers.takesThreads
    guard self.overlaps else { return }
    line.begin()
    // The thread holds the line and not this object, whose end therefore stops it.
    let thread = Thread { [line] in line.run() }
    thread.name = "background \(workers.rank)"
    thread.start()
  }

  deinit { line.end() }

  /// Adds a call to the line. Throws what an earlier one threw.
  public func post(_ call: @escaping (any Communicator) throws -> Void) throws {
    try line.add(call)
    guard alone else { return }
    // Nobody else is waited for, so now is as good as later.
    let start = ContinuousClock.now
    line.make(until: .max)
    waited += seconds(since: start)
  }

  /// Returns once so many of the calls posted since the last `finish()` are made, with the number of those that are then;
  /// throws what one of them threw.
  public func wait(for count: Int) throws -> Int {
    let start = ContinuousClock.now
    defer { waited += seconds(since: start) }
    if !overlaps { line.make(until: count) }
    return try line.wait(for: count)
  }

  /// Returns once all calls are made, their bytes added to the workers' traffic; throws what one of them threw.
  @discardableResult
  public func finish() throws -> Spent {
    let start = ContinuousClock.now
    defer { waited = 0 }
    if !overlaps { line.make(until: .max) }
    let (busy, traffic) = try line.drain()
    workers.traffic = workers.traffic + traffic
    return Spent(busy: busy, waited: waited + seconds(since: start))
  }

  /// For a worker that can't go on: afterwards no call touches its buffers any more.
  ///
  /// A call may be waiting for workers that wait for this one, so if one is in the line the workers are brought down.
  public func abandon(_ reason: String) {
    line.abandon(reason)
    waited = 0
  }
}

func seconds(since start: ContinuousClock.Instant) -> Double {
  let duration = (ContinuousClock.now - start).components
  return Double(duration.seconds) + Double(duration.attoseconds) * 1e-18
}

/// What a `CollectiveQueue` shares with its thread.
///
/// Safe to share: every stored property is read and written under `condition`, but for the communicator, which only the
/// one who makes calls uses: the thread, if there is one. Its `abort` may be called from any thread.
private final class CallLine: @unchecked Sendable {
  private let workers: any Communicator
  private let condition = NSCondition()
  private var calls: [(any Communicator) throws -> Void] = []
  /// Calls posted and not made yet, the present one included.
  private var pending = 0
  /// Calls made since the last `drain()`.
  private var made = 0
  private var failure: (any Error)?
  private var busy = 0.0
  private var stopped = false
  private var running = false

  init(_ workers: any Communicator) { self.workers = workers }

  func begin() { condition.withLock { running = true } }

  func add(_ call: @escaping (any Communicator) throws -> Void) throws {
    try condition.withLock {
      if let failure { throw failure }
      calls.append(call)
      pending += 1
      condition.broadcast()
    }
  }

  func run() {
    while let call = next() { make(call) }
    condition.withLock {
      running = false
      condition.broadcast()
    }
  }

  private func next() -> ((any Communicator) throws -> Void)? {
    condition.withLock {
      while !stopped && calls.isEmpty { condition.wait() }
      return stopped ? nil : calls.removeFirst()
    }
  }

  private func make(_ call: (any Communicator) throws -> Void) {
    let start = ContinuousClock.now
    let result = Result { try call(workers) }
    condition.withLock {
      busy += seconds(since: start)
      pending -= 1
      made += 1
      if case .failure(let error) = result { fail(error) }
      condition.broadcast()
    }
  }

  /// After a failure nobody waits for the rest. The caller holds the lock.
  private func fail(_ error: any Error) {
    failure = failure ?? error
    pending -= calls.count
    calls = []
  }

  func make(until wanted: Int) {
    while let call = condition.withLock({ calls.isEmpty || made >= wanted ? nil : calls.removeFirst() }) { make(call) }
  }

  func wait(for wanted: Int) throws -> Int {
    try condition.withLock {
      while made < wanted, failure == nil { condition.wait() }
      if let failure { throw failure }
      return made
    }
  }

  func drain() throws -> (busy: Double, traffic: Traffic) {
    try condition.withLock {
      while pending > 0 { condition.wait() }
      if let failure { throw failure }
      defer { (busy, made, workers.traffic) = (0, 0, Traffic()) }
      return (busy, workers.traffic)
    }
  }

  func abandon(_ reason: String) {
    condition.withLock {
      defer { made = 0 }
      guard pending > 0 else { return }
      pending -= calls.count
      calls = []
      guard pending > 0 else { return }
      workers.abort(reason)
      while pending > 0 { condition.wait() }
    }
  }

  /// Ends the thread, and returns once it has: none may be within MPI when MPI is finalized.
  func end() {
    abandon("its background ended amid calls")
    condition.withLock {
      stopped = true
      condition.broadcast()
      while running { condition.wait() }
    }
  }
}

import Foundation
import Threading

/// Collective calls made in the background: in the order in which they were posted, by one thread of their own, over a
/// duplicate of the communicator.
///
/// All workers post the same calls in the same order. A call gets the duplicate and plain buffers; who posts it keeps
/// the buffers' memory until the call is made. Where a second thread may not communicate, who waits makes the calls
/// itself; a worker alone, who waits for nobody, makes them at once.
public final class CollectiveQueue {
  private let workers: any Communicator
  private let calls: PostedCalls
  private let alone: Bool
  /// Seconds of waiting since the last `finish()`.
  private var waited = 0.0
  /// Whether calls run beside the thread that posts them.
  public let overlaps: Bool

  /// Where the time of a queue's calls went, in seconds.
  public struct Spent: Sendable {
    /// What the calls took, waits for other workers included.
    public let busy: Double
    /// What the thread that posted them waited for them.
    public let waited: Double
    /// What passed unnoticed, while that thread computed.
    public var hidden: Double { max(0, busy - waited) }
  }

  /// Makes a queue; a call of all workers, since it duplicates the communicator.
  ///
  /// - Parameter overlaps: false to make calls only when they are waited for.
  public init(_ workers: any Communicator, overlaps: Bool = true) throws(CommunicationError) {
    self.workers = workers
    calls = PostedCalls(try workers.duplicate())
    alone = workers.size == 1
    self.overlaps = overlaps && workers.size > 1 && workers.takesThreads
    guard self.overlaps else { return }
    calls.begin()
    // The thread holds the calls and not this object, whose end therefore stops it.
    startThread("collectives \(workers.rank)") { [calls] in calls.run() }
  }

  deinit { calls.end() }

  /// Adds a call to the queue.
  ///
  /// - Throws: what an earlier call threw.
  public func post(_ call: @escaping (any Communicator) throws -> Void) throws {
    try calls.add(call)
    guard alone else { return }
    // Nobody else is waited for, so now is as good as later.
    let start = ContinuousClock.now
    calls.make(until: .max)
    waited += seconds(since: start)
  }

  /// Waits until so many of the calls posted since the last `finish()` are made.
  ///
  /// - Returns: how many are made by then, `count` or more.
  /// - Throws: what one of them threw.
  public func wait(for count: Int) throws -> Int {
    let start = ContinuousClock.now
    defer { waited += seconds(since: start) }
    if !overlaps { calls.make(until: count) }
    return try calls.wait(for: count)
  }

  /// Waits until all calls are made, and adds their bytes and seconds to the traffic of the communicator given to
  /// `init`.
  ///
  /// - Returns: the time since the last `finish()`.
  /// - Throws: what one of the calls threw.
  @discardableResult
  public func finish() throws -> Spent {
    let start = ContinuousClock.now
    defer { waited = 0 }
    if !overlaps { calls.make(until: .max) }
    let (busy, traffic) = try calls.drain()
    workers.traffic = workers.traffic + traffic
    return Spent(busy: busy, waited: waited + seconds(since: start))
  }

  /// Empties the queue, for a worker that can't go on: afterwards no call touches its buffers any more.
  ///
  /// A call that is being made may be waiting for workers that wait for this one, so then all workers are brought down.
  public func abandon(_ reason: String) {
    calls.abandon(reason)
    waited = 0
  }
}

import Collectives
import Engine

/// The workers of a run, and how its step and its optimizer exchange numbers with them.
public final class Exchange {
  public let workers: any Communicator
  private let background: CollectiveQueue
  public let reduction: Reduction
  /// Whether each worker's optimizer has its share of the parameters alone.
  public let shardsOptimizer: Bool
  /// Where the phases of this worker's steps are timed.
  public let clock = PhaseClock()
  /// What holds the buffers of the calls posted since the last `waitForAll`; nil for those that are made.
  private var held: [Tensor?] = []

  /// Makes a communicator of its own for what is sent in the background, so all workers call it.
  ///
  /// - Parameter overlaps: whether what can be sent in the background is.
  public init(
    _ workers: any Communicator, reduction: Reduction = .exact, overlaps: Bool = true, shardsOptimizer: Bool = false
  ) throws {
    self.workers = workers
    self.reduction = reduction
    self.shardsOptimizer = shardsOptimizer
    background = try CollectiveQueue(workers, overlaps: overlaps)
  }

  /// Posts a call that touches numbers of `tensor`, whose memory stays until the call is made or abandoned.
  ///
  /// The call itself holds none: the last to let go of it may be the background's thread, and tensors are this one's.
  func post(keeping tensor: Tensor, _ call: @escaping (any Communicator) throws -> Void) throws {
    held.append(tensor)
    try background.post(call)
  }

  /// Returns once so many of the calls posted since the last `waitForAll` are made, with the number of those that are
  /// then. Their buffers are let go.
  func wait(for count: Int) throws -> Int {
    precondition(count <= held.count, "exchange: waits for \(count) calls of \(held.count)")
    let made = try background.wait(for: count)
    for i in 0..<made { held[i] = nil }
    return made
  }

  /// Returns once all that was posted is made.
  @discardableResult
  func waitForAll() throws -> CollectiveQueue.Spent {
    let spent = try background.finish()
    held = []
    return spent
  }

  /// Returns once all that was posted is made, which counts for `phase`: the wait as its seconds, and what passed
  /// before, while this worker computed, as hidden ones.
  func waitForAll(in phase: Phases.Phase) throws {
    let spent = try clock.time(phase) { try waitForAll() }
    clock.addHidden(spent.hidden, to: phase)
  }

  /// What of each bucket is this worker's to update, counted in the parameters' values: all of it, or its share.
  func shares(_ buckets: Buckets) -> [Range<Int>] {
    guard shardsOptimizer else { return buckets.ranges }
    return buckets.ranges.map { reduction.share(of: $0.count, workers).shifted(by: $0.lowerBound) }
  }

  /// Vectors of all workers, in rank order, from those of mine.
  func gathered(_ vectors: [Tensor]) throws -> [Tensor] {
    try clock.time(.gather) { try vectors.map { try workers.gathered($0) } }
  }

  /// Runs `body`, which posts calls; when it throws, none of them touches its buffers any more.
  func guarding<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch {
      background.abandon("\(error)")
      held = []
      throw error
    }
  }
}

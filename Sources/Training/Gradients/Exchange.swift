import Collectives
import Engine

/// The workers of a run, and how its step and its optimizer use them.
public final class Exchange {
  public let workers: any Communicator
  private let background: Background
  public let reduction: Reduction
  /// Whether each worker's optimizer has its share of the parameters alone.
  public let shardsOptimizer: Bool
  /// What holds the buffers of the calls posted since the last `finish`; nil for those that are made.
  private var held: [Tensor?] = []

  /// Called by all workers.
  ///
  /// - Parameter overlaps: whether what can be sent in the background is.
  public init(
    _ workers: any Communicator, reduction: Reduction = .exact, overlaps: Bool = true, shardsOptimizer: Bool = false
  ) throws {
    self.workers = workers
    self.reduction = reduction
    self.shardsOptimizer = shardsOptimizer
    background = try Background(workers, overlaps: overlaps)
  }

  /// Posts a call that touches numbers of `tensor`, whose memory stays until the call is made or abandoned.
  ///
  /// The call itself holds none: the last to let go of it may be the background's thread, and tensors are this one's.
  func post(keeping tensor: Tensor, _ call: @escaping (any Communicator) throws -> Void) throws {
    held.append(tensor)
    try background.post(call)
  }

  /// Returns once so many of the calls posted since the last `finish` are made, with the number of those that are then. Their
  /// buffers are let go.
  func wait(for count: Int) throws -> Int {
    precondition(count <= held.count, "exchange: waits for \(count) calls of \(held.count)")
    let made = try background.wait(for: count)
    for i in 0..<made { held[i] = nil }
    return made
  }

  /// Waits for all that was posted.
  @discardableResult
  func finish() throws -> Background.Spent {
    let spent = try background.finish()
    held = []
    return spent
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

import Collectives

/// The workers of a run, and how its step and its optimizer use them.
public final class Wire {
  public let workers: any Communicator
  public let background: Background
  public let reduction: Reduction
  /// Whether each worker's optimizer has its share of the parameters alone.
  public let shardsOptimizer: Bool

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

  /// Runs `body`, which posts calls; when it throws, none of them touches its buffers any more.
  func guarding<Result>(_ body: () throws -> Result) throws -> Result {
    do { return try body() } catch {
      background.abandon("\(error)")
      throw error
    }
  }
}

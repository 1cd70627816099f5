import Collectives
import Engine

/// Sums one step's gradients over lanes and workers, bucket by bucket, while backward still adds to the last lane's rest.
///
/// A bucket leaves once all parameters within it have their gradient. That order follows from the form of the graph,
/// which is the same on all workers, so they all send the same buckets in the same order. What no graph reaches leaves
/// at the end. A bucket whose sum is there is taken, and its memory may go to the next one's gradients.
final class GradientReducer {
  /// Buckets on their way at once, where sums are taken: enough for a wire that always has work, whose speed is then the
  /// step's, and a bound on the memory that waits for it.
  static let inFlight = 4

  private let last: GradientBlock
  private let others: LaneSum
  private let wire: Wire
  private let take: ((_ bucket: Int, _ sums: GradientBlock) -> Void)?
  private var unfinished: UnfinishedBuckets
  /// Of each bucket, the last lane's Σ g²; nil where there is no other lane to compare it with.
  private var squares: [Double]?
  private(set) var order: [Int] = []
  /// How many of them are taken.
  private var taken = 0
  /// Seconds in `take`, and those of waiting for the wire amid backward.
  private(set) var spent = (taking: 0.0, waiting: 0.0)

  /// - Parameters:
  ///   - last: the last lane's, about to be filled.
  ///   - others: this worker's other lanes.
  ///   - countsSquares: whether to count the last lane's Σ g².
  ///   - take: gets each bucket once its sum is in the block, which it may let go of; nil: they stay there.
  init(
    _ last: GradientBlock, after others: LaneSum, _ parameters: Parameters, _ buckets: Buckets, _ wire: Wire,
    countsSquares: Bool, take: ((_ bucket: Int, _ sums: GradientBlock) -> Void)?
  ) {
    (self.last, self.others, self.wire, self.take) = (last, others, wire, take)
    unfinished = UnfinishedBuckets(buckets, of: parameters)
    squares = countsSquares ? Array(repeating: 0, count: buckets.all.count) : nil
  }

  /// Notes that backward is through with a leaf.
  func finished(_ gradient: Gradient) throws {
    guard let bucket = unfinished.finish(gradient) else { return }
    try send(bucket)
    guard take != nil else { return }
    let start = ContinuousClock.now
    let made = try wire.wait(for: order.count - Self.inFlight)
    spent.waiting += (ContinuousClock.now - start).seconds
    takeSums(made)
  }

  /// Sends what is left, with the statistics, and waits for all.
  ///
  /// - Returns: the sum, without the buckets that were let go of; where the optimizer is sharded, gradients hold it in this
  ///   worker's share only.
  func finish() throws -> (GradientBlock, spent: Background.Spent) {
    for bucket in unfinished.indices { try send(bucket) }
    last[.laneSquares] = Float(squares?.reduce(0, +) ?? .nan)
    let statistics = others.statistics(with: last)
    let (values, reduction) = (statistics.buffer, wire.reduction)
    try wire.post(keeping: statistics) { try reduction.sum(values, $0) }
    while take != nil, taken < order.count { takeSums(try wire.wait(for: taken + 1)) }
    let spent = try wire.finish()
    return (others.total(with: last), spent)
  }

  private func send(_ bucket: Int) throws {
    // Now, since the sum may come together in the same place.
    squares?[bucket] = last.gradients(of: bucket).sumOfSquares(halvings: GradientNorms.halvings)
    order.append(bucket)
    let sum = others.total(of: bucket, with: last)
    let (values, reduction, shards) = (sum.buffer, wire.reduction, wire.shardsOptimizer)
    try wire.post(keeping: sum) { workers in
      try shards ? reduction.scatter(values, workers) : reduction.sum(values, workers)
    }
  }

  /// - Parameter made: how many buckets' sums are there.
  private func takeSums(_ made: Int) {
    let start = ContinuousClock.now
    let sums = others.total(with: last)
    while taken < min(made, order.count) {
      take?(order[taken], sums)
      taken += 1
    }
    spent.taking += (ContinuousClock.now - start).seconds
  }
}

import Collectives
import Engine

/// Sums one step's gradients over lanes and workers, bucket by bucket, while backward still adds to the last lane's rest.
///
/// A bucket leaves once all parameters within it have their gradient. That order follows from the form of the graph,
/// which is the same on all workers, so they all send the same buckets in the same order. What no graph reaches leaves
/// at the end. A bucket whose sum is there goes to the update, and its memory to the next one's gradients.
final class GradientReducer {
  private let last: GradientBlock
  private let others: LaneSum
  private let parameters: Parameters
  private let buckets: Buckets
  private let wire: Wire
  private let update: Optimizer.Update?
  /// Parameters of each bucket without their gradient yet.
  private var missing: [Int]
  /// Of each bucket, the last lane's Σ g²; nil where there is no other lane to compare it with.
  private var squares: [Double]?
  private(set) var order: [Int] = []
  /// How many of them the update has.
  private var taken = 0
  /// Seconds that the update took.
  private(set) var secondsUpdating = 0.0

  /// - Parameters:
  ///   - last: the last lane's, about to be filled.
  ///   - others: this worker's other lanes.
  ///   - countsSquares: whether to count the last lane's Σ g².
  ///   - update: gets each bucket's sum; nil: they stay in the block.
  init(
    _ last: GradientBlock, after others: LaneSum, _ parameters: Parameters, _ buckets: Buckets, _ wire: Wire,
    countsSquares: Bool, update: Optimizer.Update?
  ) {
    (self.last, self.others, self.parameters, self.buckets, self.wire) = (last, others, parameters, buckets, wire)
    self.update = update
    squares = countsSquares ? Array(repeating: 0, count: buckets.all.count) : nil
    missing = buckets.all.map(\.parameters.count)
  }

  /// Notes that backward is through with a parameter.
  func finished(_ gradient: Gradient) throws {
    guard let declaration = parameters.declaration(of: gradient) else { return }
    gradient.finishCollecting()
    let bucket = buckets.index(of: declaration)
    missing[bucket] -= 1
    if missing[bucket] == 0 { try send(bucket) }
    takeSums(wire.made)
  }

  /// Sends what is left, with the statistics, and waits for all.
  ///
  /// - Returns: the sum, without the buckets that are updated; where the optimizer is sharded, gradients hold it in this
  ///   worker's share only.
  func finish() throws -> (GradientBlock, spent: Background.Spent) {
    for bucket in missing.indices where missing[bucket] > 0 { try send(bucket) }
    last[.laneSquares] = Float(squares?.reduce(0, +) ?? .nan)
    let statistics = others.statistics(with: last)
    let (values, reduction) = (statistics.buffer, wire.reduction)
    try wire.post(keeping: statistics) { try reduction.sum(values, $0) }
    while update != nil, taken < order.count { takeSums(try wire.wait(for: taken + 1)) }
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
    guard let update, taken < min(made, order.count) else { return }
    let start = ContinuousClock.now
    let sums = others.total(with: last)
    while taken < min(made, order.count) {
      update.take(order[taken], sums)
      taken += 1
    }
    secondsUpdating += (ContinuousClock.now - start).seconds
  }
}

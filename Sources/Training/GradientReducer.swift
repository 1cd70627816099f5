import Collectives
import Engine

/// Sums one step's gradients over lanes and workers, bucket by bucket, while backward still adds to the last lane's rest.
///
/// A bucket leaves once all parameters within it have their gradient. That order follows from the form of the graph,
/// which is the same on all workers, so they all send the same buckets in the same order. What no graph reaches leaves
/// at the end.
final class GradientReducer {
  private let last: GradientBlock
  private let others: LaneSum
  private let parameters: Parameters
  private let buckets: Buckets
  private let wire: Wire
  /// Parameters of each bucket without their gradient yet.
  private var missing: [Int]
  /// Of each bucket, the last lane's Σ g²; nil where there is no other lane to compare it with.
  private var squares: [Double]?
  private(set) var order: [Int] = []

  /// - Parameters:
  ///   - last: the last lane's, about to be filled.
  ///   - others: this worker's other lanes.
  ///   - countsSquares: whether to count the last lane's Σ g².
  init(
    _ last: GradientBlock, after others: LaneSum, _ parameters: Parameters, _ buckets: Buckets, _ wire: Wire,
    countsSquares: Bool
  ) {
    (self.last, self.others, self.parameters, self.buckets, self.wire) = (last, others, parameters, buckets, wire)
    squares = countsSquares ? Array(repeating: 0, count: buckets.all.count) : nil
    missing = Array(repeating: 0, count: buckets.all.count)
    for declaration in parameters.learned {
      for bucket in buckets.indices(of: declaration) { missing[bucket] += 1 }
    }
  }

  /// Notes that backward is through with a parameter.
  func finished(_ gradient: Gradient) throws {
    guard let declaration = parameters.declaration(of: gradient) else { return }
    for bucket in buckets.indices(of: declaration) {
      missing[bucket] -= 1
      if missing[bucket] == 0 { try send(bucket) }
    }
  }

  /// Sends what is left, with the statistics, and waits for all.
  ///
  /// - Returns: the sum; where the optimizer is sharded, gradients hold it in this worker's share only.
  func finish() throws -> (GradientBlock, spent: Background.Spent) {
    for bucket in missing.indices where missing[bucket] > 0 { try send(bucket) }
    last[.laneSquares] = Float(squares?.reduce(0, +) ?? .nan)
    let statistics = others.total(of: last.statisticsRange, with: last.tensor)
    let (values, reduction) = (statistics.buffer, wire.reduction)
    try wire.post(keeping: statistics) { try reduction.sum(values, $0) }
    let spent = try wire.finish()
    return (GradientBlock(parameters, others.total(with: last.tensor)), spent)
  }

  private func send(_ bucket: Int) throws {
    let range = buckets.all[bucket].range
    // Now, since the sum may come together in the same place.
    squares?[bucket] = last.tensor.sumsOfSquares(of: [range], halvings: GradientNorms.halvings)[0]
    order.append(bucket)
    let sum = others.total(of: range, with: last.tensor)
    let (values, reduction, shards) = (sum.buffer, wire.reduction, wire.shardsOptimizer)
    try wire.post(keeping: sum) { workers in
      try shards ? reduction.scatter(values, workers) : reduction.sum(values, workers)
    }
  }
}

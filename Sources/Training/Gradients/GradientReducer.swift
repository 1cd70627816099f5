import Collectives
import Engine

/// Sums one step's gradients over lanes and workers, bucket by bucket, while backward still adds to the last lane's rest.
///
/// A bucket leaves once all parameters within it have their gradient. That order follows from the form of the graph,
/// which is the same on all workers, so they all send the same buckets in the same order. What no graph reaches leaves
/// at the end. A bucket whose sum is there goes to the update, which may let go of it: its memory is the next one's.
package final class GradientReducer {
  /// 128 MiB of gradients on their way at once, at most, where each that has arrived is let go of: a second of a wire of
  /// 1 Gbit/s, and a bound on what memory a slow one takes.
  package static let usualBytesInFlight = 128 << 20

  private let last: BucketedGradients
  private let others: LaneSum
  private let buckets: Buckets
  private let wire: Wire
  private let update: Optimizer.Update?
  private let bytesInFlight: Int
  private var unfinished: UnfinishedBuckets
  /// Of each bucket, the last lane's Σ g²; nil where there is no other lane to compare it with.
  private var squares: [Double]?
  /// Buckets in the order in which they were sent, and how many of them the update has.
  private var order: [Int] = []
  private var taken = 0
  /// Spent within `finished` and `finish`, by what for.
  private(set) var seconds = (updating: 0.0, waiting: 0.0)

  /// - Parameters:
  ///   - last: the last lane's, about to be filled.
  ///   - others: this worker's other lanes.
  ///   - countsSquares: whether to count the last lane's Σ g².
  ///   - update: takes each bucket once its sum is there; nil: they stay.
  init(
    _ last: BucketedGradients, after others: LaneSum, _ parameters: Parameters, _ wire: Wire, countsSquares: Bool,
    update: Optimizer.Update?, bytesInFlight: Int
  ) {
    (self.last, self.others, self.wire, self.update) = (last, others, wire, update)
    buckets = last.buckets
    // With other lanes their sum's memory is there in any case, as is all of it where it waits for the norm.
    self.bytesInFlight = others.isEmpty && update?.letsGo == true ? bytesInFlight : .max
    unfinished = UnfinishedBuckets(buckets, of: parameters)
    squares = countsSquares ? Array(repeating: 0, count: buckets.all.count) : nil
  }

  /// Notes that backward is through with a leaf.
  func finished(_ gradient: Gradient) throws {
    guard let bucket = unfinished.finish(gradient) else { return }
    try send(bucket)
    guard update != nil else { return }
    let start = ContinuousClock.now
    let made = try wire.wait(for: order.count - countInFlight)
    seconds.waiting += (ContinuousClock.now - start).seconds
    takeSums(made)
  }

  /// How many of the newest that aren't taken may be on their way.
  private var countInFlight: Int {
    var bytes = 0
    return order[taken...].reversed().prefix { bucket in
      bytes += 4 * buckets.all[bucket].range.count
      return bytes <= bytesInFlight
    }.count
  }

  /// Sends what is left, with the statistics, and waits for all.
  ///
  /// - Returns: the sum, without the buckets that were let go of; where the optimizer is sharded, gradients hold it in this
  ///   worker's share only.
  func finish() throws -> (BucketedGradients, spent: Background.Spent) {
    for bucket in unfinished.indices { try send(bucket) }
    last[.laneSquares] = Float(squares?.reduce(0, +) ?? .nan)
    let statistics = others.addStatistics(of: last)
    let (values, reduction) = (statistics.buffer, wire.reduction)
    try wire.post(keeping: statistics) { try reduction.sum(values, $0) }
    while update != nil, taken < order.count { takeSums(try wire.wait(for: taken + 1)) }
    return (others.total(with: last), try wire.finish())
  }

  private func send(_ bucket: Int) throws {
    // Now, since the sum may come together in the same place.
    squares?[bucket] = last.gradients(of: bucket).sumOfSquares(halvings: GradientNorms.halvings)
    order.append(bucket)
    let sum = others.add(bucket: bucket, of: last)
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
      update?.take(order[taken], sums)
      taken += 1
    }
    seconds.updating += (ContinuousClock.now - start).seconds
  }
}

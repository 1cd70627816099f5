import Collectives
import Engine

/// Sums one step's gradients over lanes and workers, bucket by bucket, while backward still adds to the last lane's
/// rest.
///
/// A bucket leaves once all parameters within it have their gradient. That order follows from the form of the graph,
/// which is the same on all workers, so they all send the same buckets in the same order. What no graph reaches leaves
/// at the end. A bucket whose sum is there goes to the update, which may let go of it: its memory is the next one's.
package final class GradientReducer {
  /// 128 MiB of gradients on their way at once, at most, where each that has arrived is let go of: a second of a wire
  /// of 1 Gbit/s, and a bound on what memory a slow one takes.
  package static let usualBytesInFlight = 128 << 20

  private let last: BucketedGradients
  private let others: LaneSum
  private let buckets: Buckets
  private let exchange: Exchange
  private let update: Optimizer.Update?
  private let bytesInFlight: Int
  private var openBuckets: OpenBuckets
  /// Σ g² of each bucket of the last lane's; nil where there is no other lane to compare it with.
  private var squares: [Double]?
  /// Buckets in the order in which they were sent, and how many of them the update has.
  private var order: [Int] = []
  private var updated = 0

  /// - Parameters:
  ///   - last: the last lane's gradients, about to be filled.
  ///   - others: the sum of this worker's other lanes.
  ///   - countsSquares: whether to count the last lane's Σ g², which isn't noted yet.
  ///   - update: gets each bucket once its sum is there; nil: they stay.
  init(
    _ last: BucketedGradients, after others: LaneSum, _ parameters: Parameters, _ exchange: Exchange,
    countsSquares: Bool, update: Optimizer.Update?, bytesInFlight: Int
  ) {
    (self.last, self.others, self.exchange, self.update) = (last, others, exchange, update)
    buckets = last.buckets
    // With other lanes their sum's memory is there in any case, as is all of it where it waits for the norm.
    self.bytesInFlight = others.isEmpty && update?.letsGo == true ? bytesInFlight : .max
    openBuckets = OpenBuckets(buckets, of: parameters)
    squares = countsSquares ? Array(repeating: 0, count: buckets.all.count) : nil
  }

  /// Notes that backward is through with a leaf. If that was the last of its bucket, the bucket leaves.
  func passed(_ leaf: Gradient) throws {
    guard let bucket = openBuckets.passed(leaf) else { return }
    try send(bucket)
    guard update != nil else { return }
    updateSums(try exchange.clock.time(.reduce) { try exchange.wait(for: order.count - countInFlight) })
  }

  /// How many of the newest that aren't updated may be on their way.
  private var countInFlight: Int {
    var bytes = 0
    return order[updated...].reversed().prefix { bucket in
      bytes += 4 * buckets.all[bucket].range.count
      return bytes <= bytesInFlight
    }.count
  }

  /// Sends what is left, with the statistics, and waits for all.
  ///
  /// - Returns: the sum, without the buckets that were let go of; where the optimizer is sharded, gradients hold it in
  ///   this worker's share only.
  func sum() throws -> BucketedGradients {
    try exchange.clock.time(.reduce) {
      for bucket in openBuckets.indices { try send(bucket) }
      if let squares { last[.laneSquares] = Float(squares.reduce(0, +)) }
      let statistics = others.addStatistics(of: last)
      let (values, reduction) = (statistics.buffer, exchange.reduction)
      try exchange.post(keeping: statistics) { try reduction.sum(values, $0) }
      while update != nil, updated < order.count { updateSums(try exchange.wait(for: updated + 1)) }
      try exchange.waitForAll(in: .reduce)
      return others.total(with: last)
    }
  }

  private func send(_ bucket: Int) throws {
    // Now, since the sum may come together in the same place.
    squares?[bucket] = last.gradients(of: bucket).sumOfSquares(halvings: GradientNorms.halvings)
    order.append(bucket)
    let sum = others.add(bucket: bucket, of: last)
    let (values, reduction, shards) = (sum.buffer, exchange.reduction, exchange.shardsOptimizer)
    try exchange.post(keeping: sum) { workers in
      try shards ? reduction.scatter(values, workers) : reduction.sum(values, workers)
    }
  }

  /// Gives the update the buckets whose sums are there and that it hasn't had yet.
  ///
  /// - Parameter made: how many buckets' sums are there, in the order in which they were sent.
  private func updateSums(_ made: Int) {
    let sums = others.total(with: last)
    while updated < min(made, order.count) {
      update?.receive(order[updated], of: sums)
      updated += 1
    }
  }
}

import Engine

/// Adds blocks of gradients up by a fixed binary tree as they come, lane by lane.
///
/// Like a binary counter: two sums of as many lanes become one. At most log₂(lanes) + 1 blocks are held.
struct LaneSum {
  private var partial: [(lanes: Int, block: BucketedGradients)] = []

  mutating func add(_ block: BucketedGradients) {
    var sum = (lanes: 1, block: block)
    while let last = partial.last, last.lanes == sum.lanes {
      partial.removeLast()
      last.block.add(sum.block)
      sum = (2 * sum.lanes, last.block)
    }
    partial.append(sum)
  }

  /// The block in which the sum of all lanes comes together, `last` being the last one's.
  func total(with last: BucketedGradients) -> BucketedGradients { partial.first?.block ?? last }

  /// Whether there is no lane but the last.
  var isEmpty: Bool { partial.isEmpty }

  /// Adds the last lane's bucket to the others', as `add` would all of them, and lets go of all but the sum.
  ///
  /// - Returns: the sum of all lanes, whose number is a power of two.
  func add(bucket: Int, of last: BucketedGradients) -> Tensor {
    let sum = add(last) { $0.gradients(of: bucket) }
    for block in partial.map(\.block) + [last] where block !== total(with: last) { block.letGo(bucket) }
    return sum
  }

  /// Adds the last lane's statistics, which are in no bucket, to the others'.
  ///
  /// - Returns: the sum of all lanes.
  func addStatistics(of last: BucketedGradients) -> Tensor { add(last, \.statistics) }

  private func add(_ last: BucketedGradients, _ part: (BucketedGradients) -> Tensor) -> Tensor {
    var (sum, lanes) = (part(last), 1)
    for waiting in partial.reversed() {
      precondition(waiting.lanes == lanes, "lane sum: \(partial.map(\.lanes)) lanes and one are not a power of two")
      let place = part(waiting.block)
      place.add(sum)
      (sum, lanes) = (place, 2 * lanes)
    }
    return sum
  }
}

import Engine

/// Adds blocks of gradients up by a fixed binary tree as they come, lane by lane.
///
/// Like a binary counter: two sums of as many lanes become one. At most log₂(lanes) + 1 blocks are held.
struct LaneSum {
  private var partial: [(lanes: Int, block: GradientBlock)] = []

  mutating func add(_ block: GradientBlock) {
    var sum = (lanes: 1, block: block)
    while let last = partial.last, last.lanes == sum.lanes {
      partial.removeLast()
      last.block.add(sum.block)
      sum = (2 * sum.lanes, last.block)
    }
    partial.append(sum)
  }

  /// The block in which the sum of all lanes comes together, `last` being the last one's.
  func total(with last: GradientBlock) -> GradientBlock { partial.first?.block ?? last }

  /// Adds the last lane's bucket to the others', as `add` would all of them, and lets go of all but the sum.
  ///
  /// - Returns: the sum of all lanes, whose number is a power of two.
  func total(of bucket: Int, with last: GradientBlock) -> Tensor {
    let sum = total(with: last) { $0.gradients(of: bucket) }
    for block in partial.dropFirst().map(\.block) + (partial.isEmpty ? [] : [last]) { block.letGo(bucket) }
    return sum
  }

  /// The same of what isn't in a bucket.
  func statistics(with last: GradientBlock) -> Tensor { total(with: last, \.statistics) }

  private func total(with last: GradientBlock, _ part: (GradientBlock) -> Tensor) -> Tensor {
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

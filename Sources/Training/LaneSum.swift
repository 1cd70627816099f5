import Engine

/// Adds blocks of gradients up by a fixed binary tree as they come, lane by lane.
///
/// Like a binary counter: two sums of as many lanes become one. At most log₂(lanes) + 1 blocks are held.
struct LaneSum {
  private var partial: [(lanes: Int, block: Tensor)] = []

  mutating func add(_ block: Tensor) {
    var sum = (lanes: 1, block: block)
    while let last = partial.last, last.lanes == sum.lanes {
      partial.removeLast()
      last.block.add(sum.block)
      sum = (2 * sum.lanes, last.block)
    }
    partial.append(sum)
  }

  /// The sum of all lanes, whose number was a power of two.
  var total: Tensor {
    precondition(partial.count == 1, "lane sum: \(partial.map(\.lanes)) lanes are not one power of two")
    return partial[0].block
  }
}

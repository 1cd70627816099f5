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

  /// The block in which the sum of all lanes comes together, `last` being the last one's.
  func total(with last: Tensor) -> Tensor { partial.first?.block ?? last }

  /// Adds elements `range` of the last lane to the others', as `add` would all of them.
  ///
  /// - Returns: those of the sum of all lanes, whose number is a power of two.
  func total(of range: Range<Int>, with last: Tensor) -> Tensor {
    var (sum, lanes) = (last.elements(range), 1)
    for waiting in partial.reversed() {
      precondition(waiting.lanes == lanes, "lane sum: \(partial.map(\.lanes)) lanes and one are not a power of two")
      let place = waiting.block.elements(range)
      place.add(sum)
      (sum, lanes) = (place, 2 * lanes)
    }
    return sum
  }
}

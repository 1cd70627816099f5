import Collectives

/// How sums over workers are made.
public enum Reduction: String, Sendable, CaseIterable {
  /// By one binary tree: the same bits on 1, 2, 4, … workers.
  case exact
  /// In the order that MPI likes, on any number of workers.
  case fast
}

extension Reduction {
  /// Replaces `values` by their sum over all workers, which every worker gets.
  func sum(_ values: UnsafeMutableBufferPointer<Float>, _ workers: any Communicator) throws {
    switch self {
    case .exact: try workers.treeReduce(values)
    case .fast: try workers.allReduce(values)
    }
  }

  /// Which of `count` elements `scatter` leaves to this worker.
  func share(of count: Int, _ workers: any Communicator) -> Range<Int> {
    switch self {
    case .exact: workers.treeShare(of: count)
    case .fast: equalShare(of: count, workers.rank, workers.size)
    }
  }

  /// This worker gets its share of the sum, in its place; the rest is spoiled.
  func scatter(_ values: UnsafeMutableBufferPointer<Float>, _ workers: any Communicator) throws {
    switch self {
    case .exact: try workers.treeScatter(values)
    case .fast:
      let share = share(of: values.count, workers)
      try withPadded(values.count, workers.size) { all, mine in
        _ = all.update(fromContentsOf: values)
        try workers.reduceScatter(UnsafeBufferPointer(all), into: mine)
        _ = values[share].update(fromContentsOf: mine.prefix(share.count))
      }
    }
  }

  /// Fills `values` up: every worker gets every other's share, in its place.
  func gather(_ values: UnsafeMutableBufferPointer<Float>, _ workers: any Communicator) throws {
    switch self {
    case .exact: try workers.treeGather(values)
    case .fast:
      try withPadded(values.count, workers.size) { all, mine in
        _ = mine.update(fromContentsOf: values[share(of: values.count, workers)])
        try workers.allGather(UnsafeBufferPointer(mine), into: all)
        _ = values.update(fromContentsOf: all.prefix(values.count))
      }
    }
  }
}

private func equalShare(of count: Int, _ rank: Int, _ size: Int) -> Range<Int> {
  let length = (count + size - 1) / size
  return min(count, rank * length)..<min(count, (rank + 1) * length)
}

/// Calls `body` with a buffer of as many equal parts as there are workers and one such part: so MPI's scatter and
/// gather take what they work on. All are zero.
private func withPadded(
  _ count: Int, _ size: Int,
  _ body: (_ all: UnsafeMutableBufferPointer<Float>, _ mine: UnsafeMutableBufferPointer<Float>) throws -> Void
) throws {
  let length = (count + size - 1) / size
  let buffer = UnsafeMutableBufferPointer<Float>.allocate(capacity: (size + 1) * length)
  defer { buffer.deallocate() }
  buffer.initialize(repeating: 0)
  try body(
    UnsafeMutableBufferPointer(rebasing: buffer[..<(size * length)]),
    UnsafeMutableBufferPointer(rebasing: buffer[(size * length)...]))
}

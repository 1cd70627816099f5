/// Floats that `treeReduce` works on at a time.
///
/// Half of them, 2 MiB, arrive before they are added: short enough to be added from the cache, long enough that the
/// latency of the 2·log₂(size) exchanges doesn't show.
private let segmentLength = 1 << 20

extension Communicator {
  /// Adds the buffers of all workers, in place, by one fixed binary tree over the ranks:
  ///
  ///     size 8:    ((0 + 1) + (2 + 3)) + ((4 + 5) + (6 + 7))
  ///
  /// So all workers receive the same bits, and 2, 4 or 8 workers that hold sums of aligned subtrees get those of one
  /// worker that adds the whole tree. Each worker sends 2 (1 − 1/size) of the buffer, as a ring would.
  ///
  /// - Precondition: `size` is a power of two.
  /// - Source: recursive halving and doubling: Thakur, Rabenseifner, Gropp, “Optimization of collective communication
  ///   operations in MPICH”, 2005; here with the nearest rank first, which makes the tree the canonical one.
  public func treeReduce(_ values: UnsafeMutableBufferPointer<Float>) throws(CommunicationError) {
    precondition(size & (size - 1) == 0, "treeReduce: \(size) workers are not a power of two")
    let exchanged = traffic.exchange
    defer {
      traffic.exchange = exchanged
      traffic.treeReduce += bytes(values.count)
    }
    guard size > 1 else { return }

    let received = MutableFloats.allocate(capacity: (min(values.count, segmentLength) + 1) / 2)
    defer { received.deallocate() }
    for segment in segments(of: values.count, length: segmentLength) {
      try reduce(values.part(segment), distance: 1, received)
    }
  }

  /// Gives the lower half of `values` to the partner whose rank's bit `distance` is 0 and the upper half to the other,
  /// lets each add what it got, goes on within that half, and gets the other half's sum back.
  ///
  /// The sum kept is (lower ranks) + (upper ranks) on one partner and the reverse on the other: the same bits, since a
  /// sum of two commutes.
  private func reduce(
    _ values: MutableFloats, distance: Int, _ received: MutableFloats
  ) throws(CommunicationError) {
    guard distance < size else { return }
    let partner = rank ^ distance
    let middle = values.count / 2
    let halves = (lower: values.part(0..<middle), upper: values.part(middle..<values.count))
    let (kept, given) = rank < partner ? (halves.lower, halves.upper) : (halves.upper, halves.lower)

    let theirs = received.part(0..<kept.count)
    try exchange(Floats(given), with: partner, into: theirs)
    kept.add(Floats(theirs))
    try reduce(kept, distance: 2 * distance, received)
    try exchange(Floats(kept), with: partner, into: given)
  }
}

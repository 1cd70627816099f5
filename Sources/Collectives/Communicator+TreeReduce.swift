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
    try countingOnce(.treeReduce, values.count) { () throws(CommunicationError) in
      // By the segment, so that what was added up is sent back from the cache.
      for segment in segments(of: values.count, length: segmentLength) {
        try halve(values.part(segment))
        try double(values.part(segment), distance: 1)
      }
    }
  }

  /// Adds the buffers of all workers as `treeReduce` does, of which it is the first half: leaves this worker's
  /// `treeShare` of the sum in its place; the rest of the buffer is spoiled.
  ///
  /// - Precondition: `size` is a power of two.
  public func treeScatter(_ values: UnsafeMutableBufferPointer<Float>) throws(CommunicationError) {
    try countingOnce(.treeScatter, values.count) { () throws(CommunicationError) in try halve(values) }
  }

  /// Gives every worker the `treeShare` of every other, in its place: the second half of `treeReduce`.
  ///
  /// - Precondition: `size` is a power of two.
  public func treeGather(_ values: UnsafeMutableBufferPointer<Float>) throws(CommunicationError) {
    try countingOnce(.treeGather, values.count) { () throws(CommunicationError) in
      try double(values, distance: 1)
    }
  }

  /// The part of `count` elements that `treeScatter` leaves a worker: one half of one half of …, chosen by the bits of
  /// its rank from the lowest. So a share on twice as many workers is a half of one.
  public func treeShare(of count: Int) -> Range<Int> {
    var share = 0..<count
    var distance = 1
    while distance < size {
      let (lower, upper) = share.halves
      share = rank & distance == 0 ? lower : upper
      distance *= 2
    }
    return share
  }

  private func countingOnce(
    _ kind: Traffic.Kind, _ count: Int, _ body: () throws(CommunicationError) -> Void
  ) throws(CommunicationError) {
    precondition(size & (size - 1) == 0, "tree: \(size) workers are not a power of two")
    let exchanged = traffic[.exchange]
    defer { traffic[.exchange] = exchanged }
    try counting(kind, count) { () throws(CommunicationError) in if size > 1 { try body() } }
  }

  private func halve(_ values: MutableFloats) throws(CommunicationError) {
    let received = MutableFloats.allocate(capacity: min((values.count + 1) / 2, segmentLength / 2))
    defer { received.deallocate() }
    try halve(values, distance: 1, received)
  }

  /// Gives the lower half of `values` to the partner whose rank's bit `distance` is 0 and the upper half to the other,
  /// lets each add what it got, and goes on within that half.
  ///
  /// The sum kept is (lower ranks) + (upper ranks) on one partner and the reverse on the other: the same bits, since a
  /// sum of two commutes.
  private func halve(
    _ values: MutableFloats, distance: Int, _ received: MutableFloats
  ) throws(CommunicationError) {
    guard distance < size else { return }
    let (kept, given) = keptAndGiven(values, distance)
    for segment in segments(of: max(kept.count, given.count), length: segmentLength / 2) {
      let sum = kept.part(segment.clamped(to: 0..<kept.count))
      let theirs = received.part(0..<sum.count)
      try exchange(
        Floats(given.part(segment.clamped(to: 0..<given.count))), with: rank ^ distance, into: theirs)
      sum.add(Floats(theirs))
    }
    try halve(kept, distance: 2 * distance, received)
  }

  /// The way back: each gets the other half's sum from the partner.
  private func double(_ values: MutableFloats, distance: Int) throws(CommunicationError) {
    guard distance < size else { return }
    let (kept, given) = keptAndGiven(values, distance)
    try double(kept, distance: 2 * distance)
    try exchange(Floats(kept), with: rank ^ distance, into: given)
  }

  private func keptAndGiven(_ values: MutableFloats, _ distance: Int) -> (MutableFloats, MutableFloats) {
    let (lower, upper) = (0..<values.count).halves
    return rank & distance == 0 ? (values.part(lower), values.part(upper)) : (values.part(upper), values.part(lower))
  }
}

extension Range<Int> {
  /// Two parts, the upper one longer by one if the count is odd.
  package var halves: (lower: Range, upper: Range) {
    let middle = lowerBound + count / 2
    return (lowerBound..<middle, middle..<upperBound)
  }
}

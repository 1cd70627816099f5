/// Workers that are threads of one process: N-worker training without `mpirun`, for tests and for trying out.
///
/// Sums are always in rank order, so the same bits on every run. Waiting sleeps; there may be more workers than cores.
/// Made by `simulate`. Its buffers never leave the process: workers read each other's, see `Board`.
public final class ThreadCommunicator: Communicator {
  public let rank: Int
  public var size: Int { board.size }
  public let takesThreads = true
  public var traffic = Traffic()
  private let board: Board
  private var duplicates = 0

  init(rank: Int, board: Board) {
    self.rank = rank
    self.board = board
  }

  public func allGather(
    _ mine: UnsafeBufferPointer<Float>, into all: UnsafeMutableBufferPointer<Float>
  ) throws(CommunicationError) {
    precondition(all.count == size * mine.count, "allGather: \(all.count) is not \(size) × \(mine.count)")
    try counting(.allGather, all.count) { () throws(CommunicationError) in
      try board.meet(rank, "allGather", MutableFloats(mutating: mine)) { posted in
        for (other, theirs) in posted.enumerated() {
          all.part(other * mine.count..<(other + 1) * mine.count).copy(Floats(theirs))
        }
      }
    }
  }

  public func reduceScatter(
    _ all: UnsafeBufferPointer<Float>, into mine: UnsafeMutableBufferPointer<Float>
  ) throws(CommunicationError) {
    precondition(all.count == size * mine.count, "reduceScatter: \(all.count) is not \(size) × \(mine.count)")
    try counting(.reduceScatter, all.count) { () throws(CommunicationError) in
      let part = rank * mine.count..<(rank + 1) * mine.count
      try board.meet(rank, "reduceScatter", MutableFloats(mutating: all)) { posted in
        mine.copy(Floats(posted[0].part(part)))
        for theirs in posted.dropFirst() { mine.add(Floats(theirs.part(part))) }
      }
    }
  }

  public func allReduce(_ values: UnsafeMutableBufferPointer<Float>) throws(CommunicationError) {
    try counting(.allReduce, values.count) { () throws(CommunicationError) in
      // Each worker sums one part for all, within worker 0's buffer, and writes the sum to the others'.
      let part = values.count * rank / size..<values.count * (rank + 1) / size
      try board.meet(rank, "allReduce", values) { posted in
        let sum = posted[0].part(part)
        for theirs in posted.dropFirst() { sum.add(Floats(theirs.part(part))) }
        for theirs in posted.dropFirst() { theirs.part(part).copy(Floats(sum)) }
      }
    }
  }

  public func exchange(
    _ mine: UnsafeBufferPointer<Float>, with partner: Int, into theirs: UnsafeMutableBufferPointer<Float>
  ) throws(CommunicationError) {
    precondition(
      partner != rank && partner >= 0 && partner < size, "exchange: worker \(rank) of \(size) with \(partner)")
    try counting(.exchange, theirs.count) { () throws(CommunicationError) in
      try board.exchange(rank, with: partner, mine, into: theirs)
    }
  }

  public func broadcast(_ values: UnsafeMutableBufferPointer<Float>, from root: Int) throws(CommunicationError) {
    precondition(root >= 0 && root < size, "broadcast: from worker \(root) of \(size)")
    try counting(.broadcast, values.count) { () throws(CommunicationError) in
      try board.meet(rank, "broadcast from \(root)", values) { posted in
        if rank != root { values.copy(Floats(posted[root])) }
      }
    }
  }

  public func barrier() throws(CommunicationError) {
    try board.meet(rank, "barrier", MutableFloats(start: nil, count: 0)) { _ in }
  }

  public func duplicate() throws(CommunicationError) -> any Communicator {
    defer { duplicates += 1 }
    return ThreadCommunicator(rank: rank, board: board.duplicate(duplicates))
  }

  public func abort(_ reason: String) {
    board.abort(by: rank, reason: reason)
  }
}

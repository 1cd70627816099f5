/// What the workers of one process share under one lock, on which every wait sleeps: why they stop, once they do, who
/// has returned, and their boards.
struct SimulationState {
  /// Why all calls fail from now on; nil while they don't.
  private(set) var failure: CommunicationError?
  private var left: Set<Int> = []
  /// The simulation's own board, then those of duplicates.
  var boards: [Board.Contents]

  init(size: Int) { boards = [Board.Contents(size: size)] }

  /// Notes that a worker has aborted; the first failure stays.
  mutating func abort(by rank: Int, reason: String) {
    failure = failure ?? .aborted(by: rank, reason: reason)
  }

  /// Notes that a worker has returned, and will come to no meeting any more.
  mutating func leave(_ rank: Int) { left.insert(rank) }

  /// Why a wait for those `awaited` in `call` is in vain, for an abort or because one of them has left; nil if it
  /// isn't.
  func failure(ofWaitFor awaited: Range<Int>, in call: String) -> CommunicationError? {
    if let failure { return failure }
    return left.filter(awaited.contains).min().map { .left(rank: $0, call: call) }
  }
}

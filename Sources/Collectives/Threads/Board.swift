import Threading

/// Where the workers of one process show each other their buffers.
///
/// A meeting or an exchange takes place once all who belong to it have come. From then on everyone completes it, even
/// if somebody aborts meanwhile: so no buffer is freed while another worker reads it. An abort ends only waits for what
/// has not begun.
///
/// Buffers are touched without the lock, but only between a worker's arrival and its departure, for which their owner
/// waits.
struct Board: Sendable {
  /// What is posted on a board.
  struct Contents {
    fileprivate struct Route: Hashable { let from, to: Int }

    fileprivate var posted: [MutableFloats]
    fileprivate var calls: [String]
    fileprivate var arrived = 0
    fileprivate var meetings = 0
    fileprivate var reading = 0
    fileprivate var letters: [Route: Floats] = [:]
    /// Places of the duplicates' boards among the simulation's.
    fileprivate var duplicates: [Int] = []

    init(size: Int) {
      posted = Array(repeating: MutableFloats(start: nil, count: 0), count: size)
      calls = Array(repeating: "", count: size)
    }
  }

  let size: Int
  private let simulation: Monitor<SimulationState>
  /// The board's place among the simulation's.
  private let number: Int

  /// The first board of a new simulation.
  init(size: Int) {
    self.init(size: size, simulation: Monitor(SimulationState(size: size)), number: 0)
  }

  private init(size: Int, simulation: Monitor<SimulationState>, number: Int) {
    (self.size, self.simulation, self.number) = (size, simulation, number)
  }

  /// Wakes all workers, whose waits and later calls then fail.
  func abort(by rank: Int, reason: String) {
    simulation.withLock { $0.abort(by: rank, reason: reason) }
    simulation.wakeAll()
  }

  /// Notes that a worker has returned.
  func leave(_ rank: Int) {
    simulation.withLock { $0.leave(rank) }
    simulation.wakeAll()
  }

  /// The board of the `nth` duplicate: whoever comes first makes it.
  func duplicate(_ nth: Int) -> Board {
    let place = simulation.withLock { state in
      if nth == state.boards[number].duplicates.count {
        state.boards[number].duplicates.append(state.boards.count)
        state.boards.append(Contents(size: size))
      }
      return state.boards[number].duplicates[nth]
    }
    return Board(size: size, simulation: simulation, number: place)
  }
}

// Meetings of all workers.
extension Board {
  /// Shows `mine` to all workers, waits for all, calls `body` with the buffers of all in rank order, and returns when
  /// all are done with them. `body` may write to others' buffers, where it is the only one to touch them.
  func meet(
    _ rank: Int, _ call: String, _ mine: MutableFloats, _ body: ([MutableFloats]) -> Void
  ) throws(CommunicationError) {
    let meeting = try arrive(rank, call, mine)
    body(try whenAllHaveArrived(at: meeting, call))
    depart()
  }

  /// Returns the number of the meetings before this one.
  private func arrive(_ rank: Int, _ call: String, _ mine: MutableFloats) throws(CommunicationError) -> Int {
    try simulation.withLock { state throws(CommunicationError) in
      if let failure = state.failure { throw failure }
      let meeting = state.boards[number].meetings
      if state.boards[number].arrive(rank, call, mine) { simulation.wakeAll() }
      return meeting
    }
  }

  private func whenAllHaveArrived(
    at meeting: Int, _ call: String
  ) throws(CommunicationError) -> [MutableFloats] {
    try simulation.wait { state throws(CommunicationError) in
      if state.boards[number].meetings != meeting { return true }
      if let failure = state.failure(ofWaitFor: 0..<size, in: call) { throw failure }
      return false
    } then: { state throws(CommunicationError) in
      state.boards[number].posted
    }
  }

  private func depart() {
    simulation.withLock { state in
      state.boards[number].reading -= 1
      if state.boards[number].reading == 0 { simulation.wakeAll() }
    }
    // The next meeting needs this worker too, so nobody raises `reading` again before this wait ends.
    simulation.wait { $0.boards[number].reading == 0 }
  }
}

extension Board.Contents {
  /// Posts a worker's buffer. Returns whether it was the last, so that the meeting begins.
  fileprivate mutating func arrive(_ rank: Int, _ call: String, _ mine: MutableFloats) -> Bool {
    posted[rank] = mine
    calls[rank] = call
    arrived += 1
    guard arrived == posted.count else { return false }
    requireOneCall()
    arrived = 0
    reading = posted.count
    meetings += 1
    return true
  }

  private func requireOneCall() {
    for rank in posted.indices {
      precondition(
        calls[rank] == calls[0] && posted[rank].count == posted[0].count,
        "worker 0 calls \(calls[0]) with \(posted[0].count) elements, "
          + "worker \(rank) \(calls[rank]) with \(posted[rank].count)")
    }
  }
}

// Exchanges of two workers.
extension Board {
  /// Posts `mine` to `partner`, waits for the partner's letter, copies it, and returns when the partner has copied
  /// mine.
  func exchange(
    _ rank: Int, with partner: Int, _ mine: Floats, into theirs: MutableFloats
  ) throws(CommunicationError) {
    try post(mine, from: rank, to: partner)
    let letter = try letter(from: partner, to: rank)
    precondition(
      letter.count == theirs.count,
      "exchange: worker \(partner) sends \(letter.count) elements, worker \(rank) expects \(theirs.count)")
    theirs.copy(letter)
    take(from: partner, to: rank)
  }

  private func post(_ letter: Floats, from rank: Int, to partner: Int) throws(CommunicationError) {
    try simulation.withLock { state throws(CommunicationError) in
      if let failure = state.failure { throw failure }
      state.boards[number].letters[.init(from: rank, to: partner)] = letter
    }
    simulation.wakeAll()
  }

  /// Waits for a letter. Where none will come, the one that was posted for it is taken back.
  private func letter(from partner: Int, to rank: Int) throws(CommunicationError) -> Floats {
    try simulation.wait { state throws(CommunicationError) in
      if state.boards[number].letters[.init(from: partner, to: rank)] != nil { return true }
      guard let failure = state.failure(ofWaitFor: partner..<partner + 1, in: "exchange") else { return false }
      state.boards[number].letters[.init(from: rank, to: partner)] = nil
      throw failure
    } then: { state throws(CommunicationError) in
      state.boards[number].letters[.init(from: partner, to: rank)]!
    }
  }

  private func take(from partner: Int, to rank: Int) {
    simulation.withLock { $0.boards[number].letters[.init(from: partner, to: rank)] = nil }
    simulation.wakeAll()
    // Only this worker posts on the way back, so an empty box means that its letter was taken.
    simulation.wait { $0.boards[number].letters[.init(from: rank, to: partner)] == nil }
  }
}

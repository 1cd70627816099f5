import Foundation

/// Where the workers of one process show each other their buffers.
///
/// A meeting or an exchange takes place once all who belong to it have come. From then on everyone completes it, even
/// if somebody aborts meanwhile: so no buffer is freed while another worker reads it. An abort ends only waits for what
/// has not begun.
///
/// Safe to share: every stored property is read and written under the alarm's lock. Buffers are touched without it, but
/// only between a worker's arrival and its departure, for which their owner waits.
final class Board: @unchecked Sendable {
  let size: Int
  let alarm: Alarm
  private var posted: [MutableFloats]
  private var calls: [String]
  private var arrived = 0
  private var meetings = 0
  private var reading = 0
  private var letters: [Route: Floats] = [:]
  private var duplicates: [Board] = []

  private struct Route: Hashable { let from, to: Int }

  init(size: Int, alarm: Alarm) {
    self.size = size
    self.alarm = alarm
    posted = Array(repeating: MutableFloats(start: nil, count: 0), count: size)
    calls = Array(repeating: "", count: size)
  }

  /// The board of the `number`th duplicate: whoever comes first makes it.
  func duplicate(_ number: Int) -> Board {
    alarm.condition.lock()
    defer { alarm.condition.unlock() }
    if number == duplicates.count { duplicates.append(Board(size: size, alarm: alarm)) }
    return duplicates[number]
  }

  /// Shows `mine` to all workers, waits for all, calls `body` with the buffers of all in rank order, and returns when all
  /// are done with them. `body` may write to others' buffers, where it is the only one to touch them.
  func meet(
    _ rank: Int, _ call: String, _ mine: MutableFloats, _ body: ([MutableFloats]) -> Void
  ) throws(CommunicationError) {
    let all = try arrive(rank, call, mine)
    body(all)
    depart()
  }

  private func arrive(_ rank: Int, _ call: String, _ mine: MutableFloats) throws(CommunicationError) -> [MutableFloats]
  {
    alarm.condition.lock()
    defer { alarm.condition.unlock() }
    if let failure = alarm.failure { throw failure }
    posted[rank] = mine
    calls[rank] = call
    arrived += 1
    let meeting = meetings
    if arrived == size { begin() }
    try alarm.wait(for: 0..<size, call: call) { meetings != meeting }
    return posted
  }

  private func begin() {
    for rank in 1..<max(1, size) {
      precondition(
        calls[rank] == calls[0] && posted[rank].count == posted[0].count,
        "worker 0 calls \(calls[0]) with \(posted[0].count) elements, "
          + "worker \(rank) \(calls[rank]) with \(posted[rank].count)")
    }
    arrived = 0
    reading = size
    meetings += 1
    alarm.condition.broadcast()
  }

  private func depart() {
    alarm.condition.lock()
    defer { alarm.condition.unlock() }
    reading -= 1
    if reading == 0 { alarm.condition.broadcast() }
    // The next meeting needs this worker too, so nobody raises `reading` again before this wait ends.
    while reading > 0 { alarm.condition.wait() }
  }

  /// Posts `mine` to `partner`, waits for the partner's letter, copies it, and returns when the partner has copied mine.
  func exchange(
    _ rank: Int, with partner: Int, _ mine: Floats, into theirs: MutableFloats
  ) throws(CommunicationError) {
    let letter = try post(mine, Route(from: rank, to: partner))
    precondition(
      letter.count == theirs.count,
      "exchange: worker \(partner) sends \(letter.count) elements, worker \(rank) expects \(theirs.count)")
    theirs.copy(letter)
    take(Route(from: partner, to: rank))
  }

  private func post(_ letter: Floats, _ route: Route) throws(CommunicationError) -> Floats {
    alarm.condition.lock()
    defer { alarm.condition.unlock() }
    if let failure = alarm.failure { throw failure }
    letters[route] = letter
    alarm.condition.broadcast()
    let back = Route(from: route.to, to: route.from)
    do {
      try alarm.wait(for: route.to..<route.to + 1, call: "exchange") { letters[back] != nil }
    } catch {
      letters[route] = nil
      throw error
    }
    return letters[back]!
  }

  private func take(_ route: Route) {
    alarm.condition.lock()
    defer { alarm.condition.unlock() }
    letters[route] = nil
    alarm.condition.broadcast()
    // Only this worker posts on the way back, so an empty box means that its letter was taken.
    while letters[Route(from: route.to, to: route.from)] != nil { alarm.condition.wait() }
  }
}

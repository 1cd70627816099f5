import Foundation
import Threading

extension CollectiveCheck {
  static let waits = CollectiveCheck("barrier returns only after the last worker has come") { workers in
    for last in 0..<workers.size {
      // Begun before the first barrier, so each worker's own clock sees the whole of the last one's sleep.
      let begin = ContinuousClock.now
      try workers.barrier()
      if workers.rank == last { Thread.sleep(forTimeInterval: 0.02) }
      try workers.barrier()
      let waited = ContinuousClock.now - begin
      guard waited >= .milliseconds(20) else {
        throw CheckFailure(
          "worker \(workers.rank) passed the barrier after \(waited), worker \(last) came after 20 ms")
      }
    }
  }

  static let sumsByTree = CollectiveCheck("treeReduce has the bits of the binary tree over the ranks") { workers in
    guard workers.size & (workers.size - 1) == 0 else { return }
    // Four times the large count is several segments and a rest.
    for count in counts + [workers.size + 1, 4 * large] {
      var values = (0..<count).map { rough(workers.rank, $0) }
      try values.withUnsafeMutableBufferPointer { try workers.treeReduce($0) }
      try expect(values, "tree sum", workers) { tree(0..<workers.size, $0) }
    }
    try expectOrderToMatter(workers.size)
  }

  static let sharesByTree = CollectiveCheck("treeScatter and treeGather are treeReduce's halves") { workers in
    guard workers.size & (workers.size - 1) == 0 else { return }
    for count in counts + [workers.size + 1, 4 * large + 1] {
      var values = (0..<count).map { rough(workers.rank, $0) }
      let share = workers.treeShare(of: count)
      try values.withUnsafeMutableBufferPointer { try workers.treeScatter($0) }
      try expect(Array(values[share]), "share", workers) { tree(0..<workers.size, share.lowerBound + $0) }
      try values.withUnsafeMutableBufferPointer { try workers.treeGather($0) }
      try expect(values, "gathered shares", workers) { tree(0..<workers.size, $0) }
    }
  }

  static let worksInTheBackground = CollectiveCheck("calls in the background keep their order, and mix with none") {
    workers in
    let rounds = 50
    let queue = try CollectiveQueue(workers)
    let sums = MutableFloats.allocate(capacity: rounds)
    defer { sums.deallocate() }
    for round in 0..<rounds { sums[round] = mark(workers.rank, round) }
    for round in 0..<rounds {
      let place = sums.part(round..<round + 1)
      try queue.post { try $0.allReduce(place) }
      try sumRounds(1, from: round, workers)
    }
    let made = try queue.wait(for: rounds / 2)
    guard made >= rounds / 2 else { throw CheckFailure("\(made) calls are made, \(rounds / 2) were waited for") }
    try expect(Array(sums.part(0..<made)), "sums that were waited for", workers) { markSum(workers.size, $0) }
    let before = workers.traffic[.allReduce].bytes
    try queue.finish()
    try expect(Array(sums), "sums", workers) { markSum(workers.size, $0) }
    guard workers.traffic[.allReduce].bytes == before + 4 * rounds else {
      throw CheckFailure("\(workers.traffic[.allReduce].bytes - before) bytes of \(rounds) floats in the background")
    }
  }

  /// Otherwise a sum in any order would pass.
  private static func expectOrderToMatter(_ size: Int) throws {
    guard size > 2 else { return }
    let differ = (0..<1000).contains { i in
      (0..<size).reduce(0) { $0 + rough($1, i) } != tree(0..<size, i)
    }
    guard differ else { throw CheckFailure("the check is asleep: its values add up alike in any order") }
  }

  private static func tree(_ ranks: Range<Int>, _ i: Int) -> Float {
    guard ranks.count > 1 else { return rough(ranks.lowerBound, i) }
    let middle = ranks.lowerBound + ranks.count / 2
    return tree(ranks.lowerBound..<middle, i) + tree(middle..<ranks.upperBound, i)
  }

  static let keepsDuplicatesApart = CollectiveCheck("a duplicate's messages do not mix with the original's") {
    workers in
    let rounds = 200
    // Handed to the other thread, which alone uses it.
    let duplicate = Monitor(try workers.duplicate())
    let outcome = Monitor<Result<Void, any Error>?>(nil)
    startThread("duplicate") {
      let workers = duplicate.withLock { $0 }
      let found = Result { try sumRounds(rounds, from: 1000, workers) }
      outcome.withLock { $0 = found }
      outcome.wakeAll()
    }
    // Where this side fails, it doesn't wait: the other may do so for ever.
    try sumRounds(rounds, from: 0, workers)
    try outcome.wait(until: { $0 != nil }, then: { $0 })?.get()
  }

  private static func sumRounds(_ rounds: Int, from start: Int, _ workers: any Communicator) throws {
    for round in 0..<rounds {
      var values = (0..<16).map { mark(workers.rank, start + round + $0) }
      try values.withUnsafeMutableBufferPointer { try workers.allReduce($0) }
      try expect(values, "sum of round \(round)", workers) { markSum(workers.size, start + round + $0) }
    }
  }

  static let countsTraffic = CollectiveCheck("traffic is 4 bytes for each float of what a call is about") { workers in
    let count = 96
    let whole = MutableFloats.allocate(capacity: workers.size * count)
    let part = MutableFloats.allocate(capacity: count)
    defer {
      whole.deallocate()
      part.deallocate()
    }
    whole.initialize(repeating: 0)
    part.initialize(repeating: 0)

    let before = workers.traffic
    defer { workers.traffic = before }
    workers.traffic = Traffic()
    var expected = Traffic()
    try workers.allGather(Floats(part), into: whole)
    expected[.allGather].bytes = 4 * workers.size * count
    try workers.reduceScatter(Floats(whole), into: part)
    expected[.reduceScatter].bytes = 4 * workers.size * count
    try workers.allReduce(part)
    expected[.allReduce].bytes = 4 * count
    try workers.broadcast(part, from: 0)
    expected[.broadcast].bytes = 4 * count
    try workers.barrier()
    if workers.size & (workers.size - 1) == 0 {
      try workers.treeReduce(part)
      expected[.treeReduce].bytes = 4 * count
      try workers.treeScatter(part)
      expected[.treeScatter].bytes = 4 * count
      try workers.treeGather(part)
      expected[.treeGather].bytes = 4 * count
    }
    guard workers.traffic == expected else {
      throw CheckFailure("traffic is \(workers.traffic), expected \(expected)")
    }
  }
}

import Collectives
import Engine
import Similarity
import Synchronization
import Testing

/// What `body` gives on each of some workers.
private func results<Value: Sendable>(
  workers: Int, _ body: @escaping @Sendable (any Communicator) throws -> Value
) throws -> [Value] {
  let found = Mutex<[Value]>([])
  try simulate(workers: workers) { communicator in
    let value = try body(communicator)
    found.withLock { $0.append(value) }
  }
  return found.withLock { $0 }
}

/// A worker's part of some rows: an uneven one, which may be none.
private func part(_ rows: [[Float]], _ workers: any Communicator) -> Tensor {
  let ends = (0...workers.size).map { rows.count * $0 * $0 / (workers.size * workers.size) }
  return tensor(Array(rows[ends[workers.rank]..<ends[workers.rank + 1]]))
}

@Test(arguments: [1, 2, 3, 8]) func `ranks across workers are those of one`(_ workers: Int) throws {
  var random = RandomRows()
  let (queries, candidates) = (random.next(1100), random.next(1300))
  let correct = queries.indices.map { $0 % 3 == 0 ? [$0, 1299 - $0] : [$0] }
  let expected = Similarity.ranks(of: tensor(queries), among: tensor(candidates), correct: correct)
  let found = try results(workers: workers) { workers in
    try ranks(
      of: SharedRows(part(queries, workers), over: workers),
      among: SharedRows(part(candidates, workers), over: workers),
      correct: correct)
  }
  #expect(found.count == workers && found.allSatisfy { $0 == expected })
}

@Test(arguments: [1, 2, 5]) func `shared rows come to every worker, in order`(_ workers: Int) throws {
  var random = RandomRows()
  let rows = random.next(7)
  let found = try results(workers: workers) { workers in
    let shared = try SharedRows(part(rows, workers), over: workers)
    return [try shared.rows(2..<6).array, try shared.whole().array]
  }
  #expect(found.allSatisfy { $0 == [rows[2..<6].flatMap { $0 }, rows.flatMap { $0 }] })
}

@Test(arguments: [1, 2, 3]) func `tiles cover groups without reaching over`(_ workers: Int) throws {
  let found = try results(workers: workers) { workers in
    let tiles = SharedTiles(1300, groups: [0..<600, 600..<1300], over: workers)
    let own = tiles.mine.flatMap { tiles.ranges[$0].map(Double.init) }
    return (tiles.ranges, try tiles.assembled(own))
  }
  for (ranges, assembled) in found {
    #expect(ranges == [0..<512, 512..<600, 600..<1112, 1112..<1300])
    #expect(assembled == (0..<1300).map(Double.init))
  }
}

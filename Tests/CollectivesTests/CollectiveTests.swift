import Collectives
import Testing

struct CollectiveTests {
  @Test(arguments: CollectiveCheck.all, [1, 2, 3, 4, 8])
  func `holds over threads`(_ check: CollectiveCheck, workers: Int) throws {
    try simulate(workers: workers) { try check.run($0) }
  }

  @Test func `more workers than cores get through many small calls`() throws {
    try simulate(workers: 32) { workers in
      for _ in 0..<100 {
        var one: [Float] = [1]
        try one.withUnsafeMutableBufferPointer { try workers.treeReduce($0) }
        guard one == [32] else { throw CheckFailure("worker \(workers.rank) has \(one), expected 32") }
      }
    }
  }

  @Test func `all-reduce over threads adds in rank order`() throws {
    // 2²⁴ + 1 rounds to 2²⁴. In rank order: 0; as a tree: 1; backwards: 2.
    let values: [Float] = [0x1p24, 1, 1, -0x1p24]
    try simulate(workers: 4) { workers in
      var mine = [values[workers.rank]]
      try mine.withUnsafeMutableBufferPointer { try workers.allReduce($0) }
      guard mine == [0] else { throw CheckFailure("all-reduce gives \(mine[0]), expected 0") }
    }
  }

  @Test func `tree reduction adds the nearest ranks first`() throws {
    // (2²⁴ + 1) + (−2²⁴ + 1) rounds to 1, (2²⁴ − 2²⁴) + (1 + 1) is 2.
    let values: [Float] = [0x1p24, 1, -0x1p24, 1]
    try simulate(workers: 4) { workers in
      var mine = [values[workers.rank]]
      try mine.withUnsafeMutableBufferPointer { try workers.treeReduce($0) }
      guard mine == [1] else { throw CheckFailure("tree reduction gives \(mine[0]), expected 1") }
    }
  }

  @Test func `traffic adds up by kind`() {
    var a = Traffic()
    a[.allGather].bytes = 4
    var b = Traffic()
    b[.allGather].bytes = 8
    b[.treeReduce].bytes = 16
    #expect((a + b)[.allGather].bytes == 12)
    #expect((a + b)[.treeReduce].bytes == 16)
    #expect((a + b).bytes == 28)
  }
}

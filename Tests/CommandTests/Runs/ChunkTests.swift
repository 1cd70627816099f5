import Foundation
import TestSupport
import Testing

extension CommandTests {
  /// Chunks that nobody has named.
  struct ChunkTests {
    /// Left to itself c is B/8 = 2 here; one pair's graph is more than the budget.
    @Test(arguments: [Workers.simulated(1), .simulated(4), .processes(2)])
    func `a chunk chosen by memory is said, and is the same on any number of workers`(_ workers: Workers) throws {
      let batch = ["batch.size=16", "schedule.steps=2"]
      try SmallRun.make { small in
        try requireSuccess(try small.train(settings: batch + ["batch.chunk=1", "batch.keep_graphs=always"]))
        let expected = try small.output.files(2)
        try FileManager.default.removeItem(atPath: small.output.path)
        let chosen = try small.train(settings: batch + ["batch.memory_budget=1"], workers: workers)
        try requireSuccess(chosen)
        #expect(chosen.stderr.contains("batch 16 in chunks of 1,"))
        #expect(try small.output.lines("run.yaml").contains { $0.hasSuffix("chunk: 1") })
        #expect(try small.output.files(2) == expected)
      }
    }

    @Test func `a chunk that fits is an eighth of the batch`() throws {
      try SmallRun.make { small in
        let result = try small.train(settings: ["batch.size=16", "schedule.steps=1"])
        try requireSuccess(result)
        #expect(result.stderr.contains("batch 16 in chunks of 2,"))
      }
    }
  }
}

import Foundation
import TestSupport
import Testing

extension CommandTests {
  /// Runs by other orders than the full one.
  struct OrderRunTests {
    /// Five shards of four pairs; six captions, numbers 0 to 5.
    private func make(_ body: (SmallRun) throws -> Void) throws {
      try SmallRun.make { small in
        for number in 10..<30 { try small.write("pairs/p\(number).txt", "\(number % 6)") }
        let pack = #"cd "$1/pairs" && for i in 0 1 2 3 4; do set -- $(ls | head -8); tar cf ../$i.tar $@; rm $@; done"#
        try requireSuccess(bash(pack, [small.directory]))
        try body(small)
      }
    }

    @Test(arguments: [
      ["data.order=windowed", "data.window=2"], ["batch.diversity=caption"],
      ["data.order=windowed", "data.window=2", "batch.diversity=[caption, picture]"],
    ])
    func `in any order N processes make the checkpoint of one, resumed too`(_ order: [String]) throws {
      try make { small in
        let settings = order + ["data.train=\(small.path("{0..4}.tar"))", "schedule.steps=6", "checkpoint.every=3"]
        try requireSuccess(small.train(settings: settings))
        let whole = try small.output.files(6)
        for workers in [Workers.processes(2), .processes(4), .simulated(4)] {
          let many = RunOutput(small.path("\(workers)-\(workers.count)"))
          try requireSuccess(small.train(["--out", many.path], settings: settings, workers: workers))
          #expect(try many.files(6) == whole)
        }
        try FileManager.default.removeItem(atPath: small.output.checkpoint(6))
        let resumed = try small.train(settings: settings, workers: .processes(2))
        try requireSuccess(resumed)
        #expect(resumed.stderr.contains("from step 3 "))
        #expect(try small.output.files(6) == whole)
      }
    }

    @Test func `what diversity can reach is said once, and reached`() throws {
      try make { small in
        let settings = ["data.train=\(small.path("{0..4}.tar"))", "batch.size=4", "batch.diversity=caption"]
        let result = try small.train(settings: settings, workers: .processes(2))
        try requireSuccess(result)
        let line = "20 pairs have 6 different captions, the most frequent 4 times: a batch of 4 can have each once"
        #expect(result.stderr.components(separatedBy: line).count == 2, "\(result.stderr)")
        #expect(try small.output.metrics().allSatisfy { $0["duplicates"] == 0 })
      }
    }
  }
}

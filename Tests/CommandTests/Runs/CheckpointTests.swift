import Foundation
import TestSupport
import Testing

extension CommandTests {
  /// What is saved when, and what of it stays.
  struct CheckpointTests {
    @Test func `a run by its name is its newest whole checkpoint`() throws {
      try SmallRun.make { small in
        try requireSuccess(small.train())
        func inspected(_ model: String) throws -> ProcessResult { try diagonal("inspect", model, "--json") }
        let newest = try inspected(small.output.path)
        try requireSuccess(newest)
        #expect(newest.stderr.contains("\(small.output.path): \(small.output.checkpoint(4))"))
        #expect(try inspected("\(small.output.path)@2").stderr.contains(small.output.checkpoint(2)))
        expectRefusal(try inspected("\(small.output.path)@3"), "there is no \(small.output.path)@3", "2, 4")
        try small.write("run/checkpoints/step-00000004/state.json", "{}")
        let older = try inspected(small.output.path)
        #expect(older.stderr.contains("passed over a checkpoint") && older.stderr.contains(small.output.checkpoint(2)))
      }
    }

    @Test func `checkpoints are listed, verified and pruned`() throws {
      try SmallRun.make { small in
        try requireSuccess(small.train(settings: ["checkpoint.every=1", "checkpoint.keep=null"]))
        let whole = try diagonal("checkpoints", small.output.path, "--verify")
        try requireSuccess(whole)
        #expect(whole.stdout.split(separator: "\n").count { $0.hasSuffix("whole") } == 4)
        try small.write("run/checkpoints/step-00000003/bpe_vocabulary.txt.gz", "x")
        let damaged = try diagonal("checkpoints", small.output.path, "--verify", "--json")
        #expect(damaged.status == 1 && damaged.stdout.contains("bpe_vocabulary.txt.gz has SHA-256"))
        let pruned = try diagonal("checkpoints", small.output.path, "--prune", "--keep", "1", "--keep-every", "2")
        #expect(pruned.stdout.contains("removed steps [1, 3]"), "\(pruned.stdout)")
        try requireSuccess(diagonal("checkpoints", small.output.path, "--verify"))
        expectRefusal(try diagonal("checkpoints", small.output.path, "--keep", "1"), exit: 2, "--prune")
      }
    }

    @Test(arguments: [Workers.simulated(1), .processes(2)])
    func `a run saves when so many minutes have passed`(_ workers: Workers) throws {
      try SmallRun.make { small in
        let settings = ["checkpoint.every=1000", "checkpoint.minutes=1e-9", "checkpoint.keep=null"]
        try requireSuccess(small.train(settings: settings, workers: workers))
        let steps = try FileManager.default.contentsOfDirectory(atPath: small.output.path + "/checkpoints").sorted()
        #expect(steps == (1...4).map { "step-0000000\($0)" })
      }
    }

    @Test func `a run whose directory is removed says so`() throws {
      try SmallRun.make { small in
        let result = try bash(
          """
          "${@:2}" & until [[ -s $1/metrics.jsonl ]]; do sleep 0.01; done
          rm -r "$1"; wait $!
          """,
          [small.output.path, diagonalExecutable]
            + small.arguments(settings: ["schedule.steps=100000", "checkpoint.every=400"]))
        expectRefusal(result, "\(small.output.path) was removed or replaced")
      }
    }

    /// The first update of such a rate overflows at once, or in what it makes of the next step.
    @Test(arguments: [1, 2]) func `what isn't a number is not saved`(_ every: Int) throws {
      try SmallRun.make { small in
        let result = try small.train(
          ["--on-nonfinite", "skip"],
          settings: ["optimizer.learning_rate=3.4e38", "schedule.warmup_steps=0", "checkpoint.every=\(every)"])
        expectRefusal(result, "isn't finite after step \(every), which is not saved", "lower learning rate")
        #expect(
          result.stderr.contains("step 2: the loss is not finite: its update is left out (1 so far)") == (every > 1))
        #expect(!FileManager.default.fileExists(atPath: small.output.checkpoint(every)))
      }
    }
  }
}

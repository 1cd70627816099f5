import Foundation
import TestSupport
import Testing

extension CommandTests {
  /// However a run is spread over workers, memory and time, it leaves the same bytes.
  @Suite(.enabled(if: EmojiRun.possible, "needs unicode-data, fonts-noto-color-emoji and unicode-cldr-core"))
  struct AgreementTests {
    @Test(arguments: [Workers.simulated(2), .simulated(4), .simulated(8), .processes(1), .processes(2), .processes(4)])
    func `any number of workers makes the checkpoint of one`(_ workers: Workers) throws {
      let emoji = try EmojiRun.made()
      try emoji.train(workers) { output in
        try expectSame(output, as: emoji.reference)
        try expectSameMetrics(output, as: emoji.reference)
      }
    }

    @Test(arguments: [
      (Workers.processes(2), ["parallel.shard_optimizer=true"]),
      (.processes(4), ["parallel.shard_optimizer=true", "parallel.overlap=false"]),
      (.processes(2), ["parallel.overlap=false"]), (.simulated(8), ["parallel.shard_optimizer=true"]),
    ])
    func `overlapped or not, sharded or not, a run makes the same checkpoint`(
      _ workers: Workers, _ settings: [String]
    ) throws {
      let emoji = try EmojiRun.made()
      try emoji.train(workers, settings) { output in
        try expectSame(output, as: emoji.reference)
        try expectSameMetrics(output, as: emoji.reference)
        #expect(try output.lines("similarities.jsonl") == emoji.reference.lines("similarities.jsonl"))
        #expect(try output.lines("workers.jsonl").count == workers.count)
      }
    }

    /// Sharded workers that start, others that go on whole, and the other way round.
    @Test(arguments: [(Workers.simulated(4), true, Workers.processes(2)), (.processes(2), false, .simulated(8))])
    func `a sharded run goes on from a whole one's checkpoint, and that from its`(
      _ starts: Workers, _ sharded: Bool, _ goesOn: Workers
    ) throws {
      let emoji = try EmojiRun.made()
      try emoji.train(starts, ["parallel.shard_optimizer=\(sharded)"]) { output in
        try output.rewind(to: 3)
        let arguments = emoji.arguments(out: output.path, ["parallel.shard_optimizer=\(!sharded)"])
        try requireSuccess(run(command: goesOn.command(arguments)))
        try expectSame(output, as: emoji.reference)
      }
    }

    @Test func `graphs kept or encoded again make the same checkpoint`() throws {
      let emoji = try EmojiRun.made()
      // 20 MiB hold the graphs of some of the 16 chunks. More kept is more memory, or the setting does nothing.
      let settings = [["never"], ["auto", "batch.memory_budget=20MiB"], ["always"]]
      var peaks: [Double] = []
      for setting in settings {
        try emoji.train(.simulated(1), ["batch.keep_graphs=\(setting[0])"] + setting.dropFirst()) { output in
          try expectSame(output, as: emoji.reference)
          peaks += try output.metrics().suffix(1).compactMap { $0["peak_bytes"] }
        }
      }
      #expect(peaks.count == 3 && peaks == peaks.sorted(), "peak bytes of \(settings)")
    }

    /// From workers that start to workers that go on.
    @Test(arguments: [
      (Workers.simulated(1), Workers.simulated(1)), (.simulated(4), .processes(2)), (.processes(2), .simulated(8)),
      (.processes(2), .processes(2)),
    ])
    func `a run stopped after 3 steps and resumed makes the checkpoint of one that was not`(
      _ starts: Workers, _ goesOn: Workers
    ) throws {
      let emoji = try EmojiRun.made()
      try emoji.train(starts) { output in
        try output.rewind(to: 3)
        let resumed = try run(command: goesOn.command(emoji.arguments(out: output.path)))
        try requireSuccess(resumed)
        #expect(resumed.stderr.contains("from step 3"))
        try expectSame(output, as: emoji.reference)
        try expectSameMetrics(output, as: emoji.reference)
      }
    }

    @Test func `a checkpoint of another directory is a place to start from`() throws {
      let emoji = try EmojiRun.made()
      try emoji.train(.simulated(2), [], resuming: emoji.reference.checkpoint(3)) { output in
        let (files, expected) = (try output.files(6), try emoji.reference.files(6))
        #expect(files == expected)
        let metrics = try output.metrics()
        #expect(metrics.map { $0["step"] } == [4, 5, 6])
      }
    }
  }
}

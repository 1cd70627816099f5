import Foundation
import TestSupport
import Testing

extension CommandTests {
  /// Checkpoints that a run can't go on from.
  struct BadCheckpointTests {
    private func trained(_ body: (SmallRun) throws -> Void) throws {
      try SmallRun.make { small in
        try requireSuccess(small.train())
        try body(small)
      }
    }

    private func damage(_ checkpoint: String) throws {
      let weights = URL(fileURLWithPath: "\(checkpoint)/open_clip_model.safetensors")
      var bytes = try Data(contentsOf: weights)
      bytes[bytes.count / 2] ^= 1
      try bytes.write(to: weights)
    }

    @Test func `another model's checkpoint is refused with what differs`() throws {
      try trained { small in
        try small.write("model.json", SmallRun.model.replacing("\"layers\": 1", with: "\"layers\": 2"))
        for options in [["--resume", small.output.path], ["--resume", small.output.checkpoint(2)]] {
          expectRefusal(
            try small.train(options + ["--out", small.path("new")]), "is of another run",
            "the model's vision_cfg.layers is 1 there, 2 here", "set the same values")
        }
      }
    }

    /// The learning rate is as large as can be, so the first update spoils the parameters.
    @Test(arguments: [Workers.simulated(1), .simulated(4), .processes(2)])
    func `a loss that isn't finite ends the run on all workers, and nothing of it is saved`(_ workers: Workers) throws {
      try SmallRun.make { small in
        let result = try small.train(
          settings: ["optimizer.learning_rate=1e38", "schedule.warmup_steps=0"], workers: workers)
        expectRefusal(
          result, exit: 2, "step 2: features are not finite (worker 0: pictures of p", "lower learning rate")
        #expect(!FileManager.default.fileExists(atPath: small.output.checkpoint(2)))
      }
    }

    @Test func `another seed's checkpoint is refused`() throws {
      try trained { small in
        expectRefusal(try small.train(settings: ["seed=3"]), "seed is 0 there, 3 here", "another --out")
      }
    }

    @Test func `a damaged checkpoint is passed over with a word, and the one before it resumed`() throws {
      try trained { small in
        let whole = try small.output.files(4)
        try damage(small.output.checkpoint(4))
        let result = try small.train()
        try requireSuccess(result)
        #expect(result.stderr.contains("passed over a checkpoint: \(small.output.checkpoint(4))/open_clip_model"))
        #expect(result.stderr.contains("from step 2"))
        let repaired = try small.output.files(4)
        #expect(repaired == whole)
      }
    }

    @Test func `a run whose checkpoints are all damaged is refused, and keeps them`() throws {
      try trained { small in
        for step in [2, 4] { try damage(small.output.checkpoint(step)) }
        let metrics = try small.output.metrics().count
        expectRefusal(
          try small.train(), "none of the checkpoints in \(small.output.path)/checkpoints", "steps 2, 4",
          "move them away")
        for step in [2, 4] { #expect(try small.output.files(step).count == 9) }
        #expect(try small.output.metrics().count == metrics)
      }
    }

    @Test func `a checkpoint passed over stays until there is a new one`() throws {
      try trained { small in
        try damage(small.output.checkpoint(4))
        // Ends before the first new checkpoint, for want of a pair that can be used. Of the same sizes the data pass for
        // the same.
        let size = try Data(contentsOf: URL(fileURLWithPath: Golden.path("pictures/rgb.png"))).count
        for number in 10..<30 { try small.write("pairs/p\(number).png", String(repeating: "h", count: size)) }
        try small.pack()
        expectRefusal(try small.train(), "something general must be wrong")
        #expect(try small.output.files(4).count == 9)
      }
    }

    @Test func `another run's directory is not resumed into`() throws {
      try trained { small in
        let other = RunOutput(small.path("other"))
        try requireSuccess(small.train(["--out", other.path], settings: ["schedule.steps=2"]))
        expectRefusal(
          try small.train(["--resume", small.output.path, "--out", other.path]), "holds a run with checkpoint 2",
          "choose another --out")
      }
    }

    @Test func `a run resumed elsewhere begins its own metrics`() throws {
      try trained { small in
        let new = RunOutput(small.path("new"))
        try FileManager.default.createDirectory(atPath: new.path, withIntermediateDirectories: true)
        try small.write("new/metrics.jsonl", "{\"step\": 1}\n")
        try requireSuccess(small.train(["--resume", small.output.checkpoint(2), "--out", new.path]))
        #expect(try new.metrics().map { $0["step"] } == [3, 4])
      }
    }

    @Test func `another tokenizer of the same size is refused`() throws {
      try trained { small in
        try small.write("merges.txt", "#version: 0.2\na b")
        try small.write("model.json", SmallRun.model.replacing("514", with: "600"))
        try requireSuccess(small.train(["--out", small.path("one")]))
        try small.write("merges.txt", "#version: 0.2\na c")
        expectRefusal(try small.train(["--out", small.path("one")]), "the tokenizer's merges' SHA-256 is")
      }
    }

    @Test func `two runs don't share a directory`() throws {
      try trained { small in
        let result = try bash(
          """
          exec 9>>"$1/.lock"; flock -n 9 || exit 9
          "${@:2}"
          """, [small.output.path] + [diagonalExecutable] + small.arguments())
        expectRefusal(result, "another run is writing to \(small.output.path)", "choose another --out")
      }
    }

    @Test func `the pictures' mean and deviation are those of the checkpoint or model that a run starts from`() throws {
      try trained { small in
        let source = URL(fileURLWithPath: "\(small.output.checkpoint(4))/open_clip_config.json")
        let text = try String(contentsOf: source, encoding: .utf8)
        try Data(text.replacing("0.48145467", with: "0.5").utf8).write(to: source)
        let settings = ["model.from=\(small.output.checkpoint(4))", "schedule.steps=2"]
        try requireSuccess(small.train(["--out", small.path("new")], settings: settings))
        // Again, now from the new checkpoint.
        try requireSuccess(small.train(["--out", small.path("new")], settings: settings + ["schedule.steps=4"]))
        for step in [2, 4] {
          let saved = try RunOutput(small.path("new")).files(step)["open_clip_config.json"]
          #expect(String(decoding: saved ?? Data(), as: UTF8.self).contains("0.5,"))
        }
      }
    }

    @Test func `a damaged checkpoint that is asked for is refused`() throws {
      try trained { small in
        try damage(small.output.checkpoint(4))
        expectRefusal(
          try small.train(["--resume", small.output.checkpoint(4)]), "open_clip_model.safetensors",
          "the file changed since", "use another checkpoint")
      }
    }

    @Test func `a place without checkpoint, and one with, are refused where they don't fit`() throws {
      try trained { small in
        expectRefusal(
          try small.train(["--resume", small.path("gone")]), exit: 2, "there is no \(small.path("gone"))",
          "a run's directory")
        expectRefusal(
          try small.train(["--resume", small.path("pairs")]), small.path("pairs"), "no whole checkpoint",
          "give --resume a run's directory")
        expectRefusal(try small.train(["--resume", "never"]), small.output.path, "choose another --out")
      }
    }

    /// Its loader ends without having loaded a picture, and libvips is told of the end of a thread it never saw.
    @Test func `a run that is done has nothing left to do`() throws {
      try trained { small in
        for _ in 0..<3 { try requireSuccess(small.train()) }
        #expect(try small.output.metrics().count == 4)
      }
    }
  }
}

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

    @Test func `a damaged checkpoint that is asked for is refused`() throws {
      try trained { small in
        try damage(small.output.checkpoint(4))
        expectRefusal(
          try small.train(["--resume", small.output.checkpoint(4)]), "open_clip_model.safetensors",
          "changed since it was saved", "use another checkpoint")
      }
    }

    @Test func `a place without checkpoint, and one with, are refused where they don't fit`() throws {
      try trained { small in
        expectRefusal(
          try small.train(["--resume", small.path("gone")]), small.path("gone"), "no whole checkpoint",
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

import Foundation
import TestSupport
import Testing

extension CommandTests {
  /// Runs by other losses than CLIP's.
  struct LossRunTests {
    /// Averages that change, and a choice of negatives that is another one each step.
    private static let losses = [
      ["loss.kind=global_contrastive", "loss.negatives=5", "loss.gamma_decay_epochs=2", "loss.temperature=constant"],
      ["loss.kind=sigmoid", "loss.negatives=3", "loss.logit_bias_init=-2"],
      ["loss.negatives=4"],
    ]

    /// Epochs are of 2.5 steps, so that averages of samples seen before count from the third step on.
    @Test(arguments: losses, [Workers.simulated(4), .processes(2)])
    func `by any loss a resumed run is one that was not stopped`(_ loss: [String], _ workers: Workers) throws {
      try SmallRun.make { small in
        try small.write(
          "model.json", SmallRun.model.replacing(#""embed_dim""#, with: #""init_logit_bias": -10, "embed_dim""#))
        try requireSuccess(try small.train(settings: loss))
        let expected = try small.output.files(4)
        #expect(expected.keys.contains("loss_state.safetensors") == loss[0].hasSuffix("global_contrastive"))
        try FileManager.default.removeItem(atPath: small.output.checkpoint(4))
        let sharded = workers.count > 2 ? ["parallel.shard_optimizer=true"] : []
        let resumed = try small.train(settings: loss + sharded, workers: workers)
        try requireSuccess(resumed)
        #expect(resumed.stderr.contains("from step 2"))
        let found = try small.output.files(4)
        #expect(Set(found.keys).union(expected.keys).filter { found[$0] != expected[$0] }.isEmpty)
      }
    }

    /// All its pictures are one, and its captions, cut to 16 tokens, are two.
    @Test func `duplicates that are ignored leave nothing to learn`() throws {
      try SmallRun.make { small in
        try requireSuccess(try small.train(settings: ["loss.duplicates=ignore"]))
        let metrics = try small.output.metrics()
        #expect(metrics.allSatisfy { abs($0["loss"] ?? 1) < 1e-6 })
        #expect(metrics.allSatisfy { $0["duplicates"] == 6 && $0["duplicate_images"] == 7 })
      }
    }

    /// A learning rate of 0 leaves them as they are at the start.
    @Test func `scale and bias start from the run's, else the model's, else the kind's`() throws {
      try SmallRun.make { small in
        func logits(_ fields: String, _ name: String, _ settings: [String]) throws -> [Float] {
          try small.write("model.json", SmallRun.model.replacing(#""embed_dim""#, with: fields + #""embed_dim""#))
          let run = RunOutput(small.path(name))
          try requireSuccess(
            small.train(
              ["--out", run.path], settings: ["schedule.steps=1", "optimizer.learning_rate=0"] + settings))
          let golden = try Golden(file: "\(run.checkpoint(1))/open_clip_model.safetensors")
          return try ["logit_scale", "logit_bias"].filter(golden.names.contains).flatMap { try golden.floats($0) }
        }
        let (bias, both) = (#""init_logit_bias": -3, "#, #""init_logit_scale": 1.5, "init_logit_bias": -3, "#)
        let named = ["loss.logit_scale_init=20", "loss.logit_bias_init=-2"]
        let from = "model.from=\(RunOutput(small.path("c")).checkpoint(1))"
        let cases: [(name: String, fields: String, settings: [String], expected: [Float])] = [
          ("a", "", [], [Float(log(1 / 0.07))]), ("b", bias, ["loss.kind=sigmoid"], [Float(log(10.0)), -10]),
          ("c", both, [], [1.5, -3]), ("d", both, named, [Float(log(20.0)), -2]), ("e", bias, [from], [1.5, -3]),
          ("f", bias, [from] + named, [Float(log(20.0)), -2]),
        ]
        for (name, fields, settings, expected) in cases {
          let found = try logits(fields, name, settings)
          #expect(found == expected, "\(name)")
        }
      }
    }

    @Test func `losses that can't be are refused`() throws {
      try SmallRun.make { small in
        expectRefusal(
          try small.train(settings: ["loss.negatives=8"]), "loss.negatives is 8, must be below batch.size 8", "7 others"
        )
        expectRefusal(try small.train(settings: ["loss.kind=sigmoid"]), "loss.kind sigmoid needs", "init_logit_bias")
        expectRefusal(
          try small.train(settings: ["loss.kind=sigmoyd"]), exit: 2, "loss.kind is sigmoyd", "decoupled or sigmoid")
      }
    }
  }
}

import Foundation
import TestSupport
import Testing

extension CommandTests {
  /// Runs by other losses than CLIP's.
  struct LossRunTests {
    private static let settings = [
      "loss.kind=global_contrastive", "loss.negatives=5", "loss.gamma_decay_epochs=2", "loss.temperature=constant",
    ]

    /// Epochs are of 2.5 steps, so that averages of samples seen before count from the third step on.
    @Test(arguments: [Workers.simulated(4), .processes(2)])
    func `averages of a resumed run are those of one that was not stopped`(_ workers: Workers) throws {
      try SmallRun.make { small in
        try requireSuccess(try small.train(settings: Self.settings))
        let expected = try small.output.files(4)
        #expect(expected.keys.contains("loss_state.safetensors"))
        try FileManager.default.removeItem(atPath: small.output.checkpoint(4))
        let resumed = try small.train(settings: Self.settings, workers: workers)
        try requireSuccess(resumed)
        #expect(resumed.stderr.contains("from step 2"))
        let found = try small.output.files(4)
        #expect(Set(found.keys).union(expected.keys).filter { found[$0] != expected[$0] }.isEmpty)
      }
    }

    /// All its pictures are one.
    @Test func `duplicates that are ignored leave nothing to learn`() throws {
      try SmallRun.make { small in
        try requireSuccess(try small.train(settings: ["loss.duplicates=ignore"]))
        #expect(try small.output.metrics().allSatisfy { abs($0["loss"] ?? 1) < 1e-6 })
      }
    }

    @Test func `losses that can't be are refused`() throws {
      try SmallRun.make { small in
        expectRefusal(
          try small.train(settings: ["loss.negatives=8"]), "loss.negatives is 8, must be below batch.size 8", "7 others"
        )
        expectRefusal(try small.train(settings: ["loss.kind=sigmoid"]), "loss.kind sigmoid needs", "init_logit_bias")
        expectRefusal(
          try small.train(settings: ["loss.kind=sigmoyd"]), exit: 2, "loss.kind is sigmoyd", "softmax or sigmoid")
      }
    }
  }
}

import Foundation
import TestSupport
import Testing

extension CommandTests {
  /// Directories that earlier programs wrote: `Tests/Golden/run-format-2`.
  struct OlderRunTests {
    @Test func `a run directory of format 2 goes on from its checkpoint`() throws {
      try SmallRun.make { small in
        try FileManager.default.copyItem(atPath: Golden.path("run-format-2"), toPath: small.output.path)
        let expected = try small.output.metrics()
        let resumed = try small.train(
          settings: [
            "model.config=\(small.output.checkpoint(2))/open_clip_config.json", "loss.kind=global_contrastive",
            "ema.decay=0.9",
          ])
        try requireSuccess(resumed)
        #expect(resumed.stderr.contains("from step 2"))
        let found = try small.output.metrics()
        #expect(found.map { $0["step"] } == [1, 2, 3, 4])
        // Moments, averages and estimates go on too; processors differ in the last bits.
        for field in ["loss", "gradient_norm", "logit_scale"] {
          expectClose(
            found.map { Float($0[field] ?? .nan) }, expected.map { Float($0[field] ?? .nan) }, relative: 1e-4,
            because: "the same run on another instruction set")
        }
        #expect(FileManager.default.fileExists(atPath: small.output.checkpoint(4) + "/ema/open_clip_model.safetensors"))
      }
    }
  }
}

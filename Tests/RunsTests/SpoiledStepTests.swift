import CLIP
import Collectives
import Engine
import Foundation
import Runs
import Settings
import TestSupport
import Testing

@Suite struct SpoiledStepTests {
  /// Without clipping a bucket is updated amid backward, before another's gradient turns out not to be finite.
  @Test(arguments: [1, 2]) func `nothing of a step whose gradient isn't finite is saved`(_ workers: Int) throws {
    try TinyTraining.make { training in
      let settings = ["precision=f32", "checkpoint.every=1", "optimizer.clip_norm=null"]
      let plain = try training.setup(workers: workers, out: "plain", settings)
      try saveSpoiled(plain.configuration, to: training.path("spoiled"))
      let setup = try training.setup(
        workers: workers, out: "run", settings + ["model.from=\(training.path("spoiled"))"])
      let error = #expect(throws: TrainingError.self) {
        try simulate(workers: workers) { try Trainer(setup, workers: $0, report: { _ in }).run() }
      }
      let words = "the gradient of visual.transformer.resblocks.0.mlp.c_proj.weight is not finite"
      #expect(error?.description.contains("step 1: \(words)") == true, "\(String(describing: error))")
      #expect(try names(setup.directory.checkpoints) == [])
      #expect(try read(setup.directory.metrics) == "")
    }
  }

  /// A model of which all is finite but one gradient: what a hidden unit adds is weighed by 0, and it is so large that the
  /// weight's gradient overflows.
  private func saveSpoiled(_ configuration: ModelConfiguration, to path: String) throws {
    let model = CLIPModel(configuration, seed: 0)
    func part(_ name: String) throws -> Tensor {
      let declaration = try #require(model.parameters.declarations.first { $0.name == name })
      return model.parameters.part(declaration, of: model.parameters.values)
    }
    let block = "visual.transformer.resblocks.0"
    // A short residual stream, by whose length gradients are divided.
    try part("visual.ln_pre.weight").fill(0.001)
    try part("logit_scale").fill(4.6)
    try part("\(block).attn.out_proj.weight").fill(0)
    try part("\(block).mlp.c_proj.weight").fill(0)
    try part("\(block).mlp.c_fc.bias").buffer[0] = 3e38
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    try ModelDirectory(path).save(model)
  }

  @Test func `steps can't be left out where averages have taken them in`() throws {
    var loss = LossSection()
    try OnNotFinite.skip.check(loss)
    loss.kind = .globalContrastive
    try OnNotFinite.stop.check(loss)
    #expect(throws: TrainingError.self) { try OnNotFinite.skip.check(loss) }
  }
}

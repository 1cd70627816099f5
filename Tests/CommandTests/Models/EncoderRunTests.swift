import Foundation
import TestSupport
import Testing

extension CommandTests {
  /// Runs with other picture encoders than a plain ViT, through the command.
  struct EncoderRunTests {
    /// Pictures of 64 points, so that every batch normalization of a chunk of two sees several.
    private static let imageEncoders = [
      #""layers": [1, 1, 1, 1], "width": 8, "patch_size": null"#, #""arch": "resnet18""#, #""arch": "vgg11_bn""#,
      #""layers": 1, "width": 64, "patch_size": 16, "distillation_token": true"#,
      #""layers": 1, "width": 64, "patch_size": 16, "attentional_pool": true, "attn_pooler_queries": 4"#,
    ]

    private func configure(_ small: SmallRun, vision: String, side: Int = 64) throws {
      try small.write(
        "model.json",
        SmallRun.model.replacing(
          /"vision_cfg": \{[^}]*\}/, with: #""vision_cfg": {"image_size": \#(side), \#(vision)}"#))
    }

    @Test(arguments: imageEncoders)
    func `any image encoder trains the same on any workers, resumes, converts and embeds`(_ vision: String) throws {
      try SmallRun.make { small in
        try configure(small, vision: vision)
        // Two steps: these models are a hundred times as large as those of other tests.
        try small.expectSameBytes(["batch.chunk=2", "parallel.lanes=4", "ema.decay=0.5"], steps: 2)
        let checkpoint = small.output.checkpoint(2)
        let (half, again) = (small.path("half"), small.path("again"))
        try requireSuccess(diagonal("convert", checkpoint, half, "--format", "openclip", "--storage", "bf16"))
        try requireSuccess(diagonal("convert", half, again, "--format", "openclip", "--storage", "bf16"))
        let weights = "open_clip_model.safetensors"
        #expect(
          try Data(contentsOf: URL(fileURLWithPath: "\(half)/\(weights)"))
            == Data(contentsOf: URL(fileURLWithPath: "\(again)/\(weights)")))
        for model in [checkpoint, checkpoint + "/ema", half] {
          try requireSuccess(diagonal("inspect", model, "--json"))
          try requireSuccess(
            diagonal("eval", "retrieval", "--model", model, "--data", small.path("train.tar"), "--json"))
        }
        // The average is one of the running averages too.
        let averages = try tensors(checkpoint) { $0.hasSuffix("running_mean") }
        #expect(try averages.isEmpty || tensors(checkpoint + "/ema") { $0.hasSuffix("running_mean") } != averages)
        let refused = try diagonal("convert", checkpoint, small.path("hf"), "--format", "hugging-face")
        expectRefusal(refused, "visual.")
        #expect(!FileManager.default.fileExists(atPath: small.path("hf")))
      }
    }

    @Test(arguments: [imageEncoders[0], imageEncoders[3]])
    func `blocks run again for backward give the same checkpoint`(_ vision: String) throws {
      try SmallRun.make { small in
        try configure(small, vision: vision)
        let settings = ["batch.chunk=2", "parallel.lanes=4"]
        try requireSuccess(small.train(settings: settings))
        let again = RunOutput(small.path("again"))
        try requireSuccess(
          small.train(
            ["--out", again.path], settings: settings + ["model.checkpoint_blocks=true"], workers: .simulated(2)))
        #expect(try again.files(4) == small.output.files(4))
        #expect(
          try String(contentsOfFile: again.path + "/run.yaml", encoding: .utf8).contains("checkpoint_blocks: true"))
      }
    }

    @Test func `a locked ResNet keeps its running statistics too, and has no groups to unlock`() throws {
      try SmallRun.make { small in
        try configure(small, vision: Self.imageEncoders[0])
        let settings = ["batch.chunk=2", "parallel.lanes=4", "model.lock_image=true"]
        try small.expectSameBytes(settings)
        let (early, late) = (small.output.checkpoint(2), small.output.checkpoint(4))
        #expect(try tensors(early) { $0.hasPrefix("visual.") } == tensors(late) { $0.hasPrefix("visual.") })
        #expect(try tensors(early) { $0 == "text_projection" } != tensors(late) { $0 == "text_projection" })
        expectRefusal(
          try small.train(["--out", small.path("new")], settings: settings + ["model.unlocked_image_groups=1"]),
          "model.unlocked_image_groups is 1", "locked whole or not at all")
      }
    }

    @Test func `a chunk too small for batch statistics is refused`() throws {
      try SmallRun.make { small in
        try configure(small, vision: Self.imageEncoders[1], side: 32)
        expectRefusal(try small.train(settings: ["batch.chunk=1"]), "batch.chunk is 1, must be at least 2")
      }
    }

    @Test func `a distillation token is trained by a teacher of another kind`() throws {
      try SmallRun.make { small in
        try configure(small, vision: Self.imageEncoders[0])
        let teacher = RunOutput(small.path("teacher"))
        try requireSuccess(
          small.train(["--out", teacher.path], settings: ["batch.chunk=2", "schedule.steps=2"]))
        try configure(small, vision: Self.imageEncoders[3])
        try small.expectSameBytes(["distillation.teacher=\(teacher.checkpoint(2))"])
        let alone = RunOutput(small.path("alone"))
        try requireSuccess(small.train(["--out", alone.path]))
        for name in ["visual.dist_token", "visual.proj_dist"] {
          #expect(
            try tensors(alone.checkpoint(4)) { $0 == name } != tensors(small.output.checkpoint(4)) { $0 == name })
        }
      }
    }
  }
}

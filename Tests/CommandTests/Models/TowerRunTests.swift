import Foundation
import TestSupport
import Testing

extension CommandTests {
  /// Locked towers, the average, teachers and towers from elsewhere, through the command.
  struct TowerRunTests {
    /// The bytes of every file of a checkpoint, those of its average among them.
    private func files(_ checkpoint: String) throws -> [String: Data] {
      var files: [String: Data] = [:]
      for name in try FileManager.default.subpathsOfDirectory(atPath: checkpoint) {
        let path = "\(checkpoint)/\(name)"
        var isDirectory: ObjCBool = false
        _ = FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
        if !isDirectory.boolValue { files[name] = try Data(contentsOf: URL(fileURLWithPath: path)) }
      }
      return files
    }

    /// Trains whole, on two workers, and in two parts; expects the same last checkpoint each time.
    private func expectSameBytes(_ small: SmallRun, _ settings: [String]) throws {
      try requireSuccess(small.train(settings: settings))
      let whole = try files(small.output.checkpoint(4))
      let two = RunOutput(small.path("two"))
      try requireSuccess(small.train(["--out", two.path], settings: settings, workers: .simulated(2)))
      #expect(try files(two.checkpoint(4)) == whole)
      try FileManager.default.removeItem(atPath: small.output.checkpoint(4))
      let resumed = try small.train(settings: settings, workers: .simulated(4))
      try requireSuccess(resumed)
      #expect(resumed.stderr.contains("from step 2"))
      #expect(try files(small.output.checkpoint(4)) == whole)
    }

    @Test func `an average is saved as a model, the same for any workers, and goes on where it stopped`() throws {
      try SmallRun.make { small in
        try expectSameBytes(small, ["ema.decay=0.9"])
        let average = "\(small.output.checkpoint(4))/ema"
        let names = try FileManager.default.contentsOfDirectory(atPath: average).sorted()
        #expect(names == ["bpe_vocabulary.txt.gz", "open_clip_config.json", "open_clip_model.safetensors"])
        try requireSuccess(
          diagonal("eval", "retrieval", "--model", average, "--data", small.path("train.tar"), "--json"))
        let files = try files(small.output.checkpoint(4))
        #expect(files["open_clip_model.safetensors"] != files["ema/open_clip_model.safetensors"])
        // Its files are among those that the checksums cover.
        let damaged = "\(average)/open_clip_config.json"
        try Data("{}".utf8).write(to: URL(fileURLWithPath: damaged))
        expectRefusal(try small.train(["--resume", small.output.checkpoint(4)]), "ema/open_clip_config.json")
      }
    }

    @Test func `a locked run is the same for any workers and resumes, but not under other locks`() throws {
      try SmallRun.make { small in
        let settings = ["model.lock_image=true", "model.unlocked_image_groups=1"]
        try expectSameBytes(small, settings)
        expectRefusal(
          try small.train(settings: ["model.lock_image=true", "schedule.steps=6"]),
          "model.unlocked_image_groups is 1 there, 0 here")
        expectRefusal(
          try small.train(settings: ["schedule.steps=6"]), "model.unlocked_image_groups is 1 there, all here")
      }
    }

    @Test func `locked-image tuning keeps the image encoder that it was given`() throws {
      try SmallRun.make { small in
        try requireSuccess(small.train())
        let source = small.output.checkpoint(4)
        let tuned = RunOutput(small.path("tuned"))
        let settings = ["model.image_from=\(source)", "model.lock_image=true", "seed=3"]
        try requireSuccess(small.train(["--out", tuned.path], settings: settings))
        #expect(
          try tensors(tuned.checkpoint(4)) { $0.hasPrefix("visual.") } == tensors(source) { $0.hasPrefix("visual.") })
        #expect(
          try tensors(tuned.checkpoint(4)) { $0 == "text_projection" } != tensors(source) { $0 == "text_projection" })
        try small.write(
          "model.json",
          SmallRun.model.replacing(
            "\"layers\": 1, \"width\": 64, \"head_width\"", with: "\"layers\": 2, \"width\": 64, \"head_width\""))
        expectRefusal(
          try small.train(["--out", small.path("new")], settings: settings), "the image encoder in \(source)",
          "lacks visual.transformer.resblocks.1.")
      }
    }

    @Test func `a teacher's run is the same for any workers, and a teacher that doesn't suit is refused`() throws {
      try SmallRun.make { small in
        let teacher = RunOutput(small.path("teacher"))
        try requireSuccess(small.train(["--out", teacher.path], settings: ["seed=9"]))
        let settings = ["distillation.teacher=\(teacher.checkpoint(4))", "distillation.weight=0.5"]
        try expectSameBytes(small, settings)
        try small.write("model.json", SmallRun.model.replacing("\"embed_dim\": 16", with: "\"embed_dim\": 32"))
        expectRefusal(
          try small.train(["--out", small.path("new")], settings: settings), "the teacher's embed_dim is 16",
          "the model's 32")
      }
    }

    /// Pictures of 64 points, so that every batch normalization of a chunk of two sees several.
    private static let imageEncoders = [
      #""layers": [1, 1, 1, 1], "width": 8, "patch_size": null"#, #""arch": "resnet18""#, #""arch": "vgg11_bn""#,
      #""layers": 1, "width": 64, "patch_size": 16, "distillation_token": true"#,
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
        try expectSameBytes(small, ["batch.chunk=2", "parallel.lanes=4", "ema.decay=0.5"])
        let checkpoint = small.output.checkpoint(4)
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
        #expect(try files(again.checkpoint(4)) == files(small.output.checkpoint(4)))
        #expect(
          try String(contentsOfFile: again.path + "/run.yaml", encoding: .utf8).contains("checkpoint_blocks: true"))
      }
    }

    @Test func `a locked ResNet keeps its running statistics too, and has no groups to unlock`() throws {
      try SmallRun.make { small in
        try configure(small, vision: Self.imageEncoders[0])
        let settings = ["batch.chunk=2", "parallel.lanes=4", "model.lock_image=true"]
        try expectSameBytes(small, settings)
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
        try expectSameBytes(small, ["distillation.teacher=\(teacher.checkpoint(2))"])
        let alone = RunOutput(small.path("alone"))
        try requireSuccess(small.train(["--out", alone.path]))
        for name in ["visual.dist_token", "visual.proj_dist"] {
          #expect(
            try tensors(alone.checkpoint(4)) { $0 == name } != tensors(small.output.checkpoint(4)) { $0 == name })
        }
      }
    }

    @Test func `a run and a conversion take a model for another picture size and context`() throws {
      try SmallRun.make { small in
        try requireSuccess(small.train())
        let source = small.output.checkpoint(4)
        try small.write(
          "model.json",
          SmallRun.model.replacing("\"image_size\": 32", with: "\"image_size\": 48").replacing(
            "\"context_length\": 16", with: "\"context_length\": 20"))
        let larger = RunOutput(small.path("larger"))
        let result = try small.train(
          ["--out", larger.path], settings: ["model.from=\(source)", "schedule.steps=1", "optimizer.learning_rate=0"])
        try requireSuccess(result)
        for words in ["visual.positional_embedding of ", "resized from 5 positions to 10", "from 16 positions to 20"] {
          #expect(result.stderr.contains(words) || result.stdout.contains(words), "\(result.stderr)")
        }
        let converted = small.path("converted")
        try requireSuccess(
          diagonal(
            "convert", source, converted, "--format", "openclip", "--image-size", "48", "--context-length", "20"))
        // A learning rate of 0 leaves the run's parameters as they came.
        #expect(try tensors(converted) { _ in true } == tensors(larger.checkpoint(1)) { _ in true })
        expectRefusal(
          try diagonal("convert", source, small.path("other"), "--format", "openclip", "--image-size", "40"),
          "vision_cfg.image_size")
      }
    }

    @Test func `a text encoder starts from Hugging Face's BERT, with its vocabulary`() throws {
      try SmallRun.make { small in
        try FileManager.default.createDirectory(atPath: small.path("bert"), withIntermediateDirectories: false)
        try FileManager.default.copyItem(
          atPath: Golden.path("bert_checkpoint.safetensors"), toPath: small.path("bert/model.safetensors"))
        let pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "picture", "number"]
        try small.write("bert/vocab.txt", (pieces + (0..<57).map { "##\($0)" }).joined(separator: "\n") + "\n")
        try small.write(
          "model.json",
          """
          {"embed_dim": 12, "vision_cfg": {"image_size": 32, "layers": 1, "width": 64, "patch_size": 16},
           "text_cfg": {"hf_model_name": "tiny", "context_length": 8, "hf_pooler_type": "mean_pooler",
             "hf_proj_type": "linear", "hf_model_config": {"model_type": "bert", "vocab_size": 64, "hidden_size": 16,
             "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 32, "max_position_embeddings": 10}}}
          """)
        let settings = [
          "data.tokenizer=null", "model.text_from=\(small.path("bert"))", "model.lock_text=true",
          "model.unlocked_text_groups=1",
        ]
        try expectSameBytes(small, settings)
        let theirs = try Golden("bert_checkpoint")
        let name = "embeddings.word_embeddings.weight"
        let found = try tensors(small.output.checkpoint(4)) { $0 == "text.transformer." + name }
        #expect(try found == ["text.transformer." + name: theirs.floats("bert." + name)], "locked, as it came")
        #expect(FileManager.default.fileExists(atPath: small.output.checkpoint(4) + "/vocab.txt"))
        try requireSuccess(
          diagonal(
            "eval", "retrieval", "--model", small.output.checkpoint(4), "--data", small.path("train.tar"), "--json"))
      }
    }

    private func tensors(_ checkpoint: String, where chosen: (String) -> Bool) throws -> [String: [Float]] {
      let golden = try Golden(file: "\(checkpoint)/open_clip_model.safetensors")
      return Dictionary(
        uniqueKeysWithValues: try golden.names.filter(chosen).map { ($0, try golden.floats($0)) })
    }
  }
}

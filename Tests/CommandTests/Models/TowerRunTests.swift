import Foundation
import TestSupport
import Testing

extension CommandTests {
  /// Locked towers, the average, teachers and towers from elsewhere, through the command.
  struct TowerRunTests {
    @Test func `an average is saved as a model, the same for any workers, and goes on where it stopped`() throws {
      try SmallRun.make { small in
        try small.expectSameBytes(["ema.decay=0.9"])
        let average = "\(small.output.checkpoint(4))/ema"
        let names = try FileManager.default.contentsOfDirectory(atPath: average).sorted()
        #expect(
          names == [
            "README.md", "bpe_vocabulary.txt.gz", "open_clip_config.json", "open_clip_model.safetensors",
            "tokenizer.json",
            "tokenizer_config.json",
          ])
        try requireSuccess(
          diagonal("eval", "retrieval", "--model", average, "--data", small.path("train.tar"), "--json"))
        let files = try small.output.files(4)
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
        try small.expectSameBytes(settings)
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
        try small.expectSameBytes(settings)
        try small.write("model.json", SmallRun.model.replacing("\"embed_dim\": 16", with: "\"embed_dim\": 32"))
        expectRefusal(
          try small.train(["--out", small.path("new")], settings: settings), "the teacher's embed_dim is 16",
          "the model's 32")
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
        try writeBERT(small)
        let settings = [
          "data.tokenizer=null", "model.text_from=\(small.path("bert"))", "model.lock_text=true",
          "model.unlocked_text_groups=1",
        ]
        try small.expectSameBytes(settings)
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

    @Test func `dropout draws by sample, so that a BERT trains to the same bits on any workers`() throws {
      try SmallRun.make { small in
        try writeBERT(small)
        let settings = ["data.tokenizer=\(small.path("bert/vocab.txt"))", "model.text_dropout=0.2"]
        try small.expectSameBytes(settings)
        let (plain, again) = (RunOutput(small.path("plain")), RunOutput(small.path("again")))
        let all = settings + ["schedule.steps=4", "checkpoint.every=2"]
        try requireSuccess(small.train(["--out", plain.path], settings: all + ["model.text_dropout=0"]))
        try requireSuccess(
          small.train(
            ["--out", again.path],
            settings: all + ["model.checkpoint_blocks=true", "batch.keep_graphs=never", "batch.chunk=2"]))
        let chunked = RunOutput(small.path("chunked"))
        try requireSuccess(small.train(["--out", chunked.path], settings: all + ["batch.chunk=2"]))
        func text(_ run: RunOutput) throws -> [String: [Float]] {
          try tensors(run.checkpoint(4)) { $0.hasPrefix("text.") }
        }
        #expect(try text(plain) != text(small.output))
        #expect(try text(again) == text(chunked), "blocks and graphs made again draw the same")
        // A model in use leaves nothing out.
        let arguments = [
          "classify", "--model", small.output.checkpoint(4), "--labels", "picture,number",
          Golden.path("pictures/rgb.png"),
        ]
        #expect(try diagonal(arguments).stdout == diagonal(arguments).stdout)
        expectRefusal(
          try small.train(["--out", small.path("locked")], settings: settings + ["model.lock_text=true"]), exit: 2,
          "model.text_dropout", "locked whole")
        try small.write("model.json", SmallRun.model)
        expectRefusal(
          try small.train(["--out", small.path("gpt")], settings: ["model.text_dropout=0.2"]), exit: 2,
          "model.text_dropout", "no dropout")
      }
    }

    private func writeBERT(_ small: SmallRun) throws {
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
    }
  }
}

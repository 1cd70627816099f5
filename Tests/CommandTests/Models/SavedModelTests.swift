import Foundation
import TestSupport
import Testing

extension CommandTests {
  /// What a checkpoint holds for others, and what of others' becomes a model directory.
  @Suite struct SavedModelTests {
    private func json(_ result: ProcessResult) throws -> [String: Any] {
      try requireSuccess(result)
      return try #require(JSONSerialization.jsonObject(with: Data(result.stdout.utf8)) as? [String: Any])
    }

    private func textFields(_ model: String) throws -> [String: Any] {
      let path = model + "/open_clip_config.json"
      let object = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
      let fields = (object as? [String: Any])?["model_cfg"] as? [String: Any]
      return try #require(fields?["text_cfg"] as? [String: Any])
    }

    @Test func `a checkpoint holds its tokenizer for OpenCLIP, and a card`() throws {
      try SmallRun.make { small in
        try requireSuccess(small.train())
        let model = small.output.checkpoint(4)
        #expect(Set(try names(model)).isSuperset(of: ["tokenizer.json", "tokenizer_config.json", "README.md"]))
        let fields = try textFields(model)
        #expect((fields["hf_tokenizer_name"] as? String)?.isEmpty == false)
        #expect((fields["tokenizer_kwargs"] as? [String: Any])?["clean"] as? String == "lower")
        let card = try read(model + "/README.md")
        for line in ["license: unknown", "| trained on | train.tar |", "| steps | 4 of 4 |", "| batch | 8 |"] {
          #expect(card.contains(line), "\(line)")
        }
        // The card goes along, and names the library that loads the new directory.
        let theirs = small.path("hugging-face")
        try requireSuccess(diagonal("convert", model, theirs))
        #expect(try read(theirs + "/README.md").contains("library_name: transformers"))
        // And back: its own tokenizer again.
        let back = small.path("back")
        try requireSuccess(diagonal("convert", theirs, back))
        #expect(try read(back + "/tokenizer.json") == read(model + "/tokenizer.json"))
      }
    }

    @Test func `a checkpoint without them still loads, and is resumed`() throws {
      try SmallRun.make { small in
        try requireSuccess(small.train())
        let model = small.output.checkpoint(4)
        let plain = small.path("plain")
        try requireSuccess(diagonal("convert", model, plain, "--format", "openclip"))
        for name in ["tokenizer.json", "tokenizer_config.json", "README.md"] {
          try FileManager.default.removeItem(atPath: "\(plain)/\(name)")
        }
        let picture = Golden.path("pictures/rgb.png")
        let answers = try [model, plain].map {
          let answer = try diagonal("classify", "--model", $0, "--labels", "red,blue", picture, "--json")
          try requireSuccess(answer)
          return answer.stdout
        }
        #expect(answers[0] == answers[1])
      }
    }

    @Test func `a checkpoint of PyTorch's becomes a model directory`() throws {
      try temporaryDirectory { directory in
        let path = Golden.path("torch_files/model.pt")
        let config = directory + "/tiny.json"
        try write(
          """
          {"embed_dim": 8,
           "vision_cfg": {"image_size": 16, "layers": 1, "width": 16, "head_width": 8, "patch_size": 8},
           "text_cfg": {"context_length": 8, "vocab_size": 20, "width": 16, "heads": 2, "layers": 1}}
          """, config)
        let out = directory + "/out"
        let answer = try json(diagonal("convert", path, out, "--config", config, "--json"))
        #expect(answer["format"] as? String == "openclip" && answer["tokenizer"] as? Bool == false)
        let counts = try [path, out].map { try json(diagonal("inspect", $0, "--json"))["parameters"] as? [String: Int] }
        #expect(counts[0] != nil && counts[0] == counts[1])
        expectRefusal(
          try diagonal("convert", path, directory + "/other", "--config", "ViT-B-32"), "is of another model")
        expectRefusal(try diagonal("convert", path, directory + "/other"), "--config")
        expectRefusal(try diagonal("embed", "--model", path, "--data", "x", "--out", "y"), "diagonal convert")
        let script = Golden.path("torch_files/script.pt")
        expectRefusal(try diagonal("inspect", script), "TorchScript")
      }
    }

    @Test func `two models are averaged`() throws {
      try SmallRun.make { small in
        try requireSuccess(small.train())
        let (a, b) = (small.output.checkpoint(2), small.output.checkpoint(4))
        func weights(_ model: String) throws -> Data {
          try Data(contentsOf: URL(fileURLWithPath: model + "/open_clip_model.safetensors"))
        }
        // The run itself is its newest checkpoint.
        for (at, expected) in [("0", a), ("1", b)] {
          let out = small.path("at-\(at)")
          try requireSuccess(diagonal("average", a, small.output.path, "--at", at, "--out", out))
          #expect(try weights(out) == weights(expected))
        }
        let out = small.path("between")
        let answer = try json(diagonal("average", a, b, "--out", out, "--json"))
        #expect(answer["at"] as? Double == 0.5 && answer["tokenizer"] as? Bool == true)
        #expect(try weights(out) != weights(a) && weights(out) != weights(b))
        let picture = Golden.path("pictures/rgb.png")
        try requireSuccess(diagonal("classify", "--model", out, "--labels", "red,blue", picture))
        #expect(try read(out + "/README.md").contains("| steps | 4 of 4 |"))
        expectRefusal(try diagonal("average", a, b, "--at", "1.5", "--out", small.path("c")), exit: 2, "from 0 to 1")
        expectRefusal(try diagonal("average", a, b, "--out", out), exit: 1, "exists already")
        try small.write("model.json", SmallRun.model.replacing(#""heads": 1"#, with: #""heads": 2"#))
        try requireSuccess(small.train(["--out", small.path("other")]))
        expectRefusal(
          try diagonal("average", a, small.path("other"), "--out", small.path("d")), exit: 1,
          "text_cfg.heads is 1 in the first, 2 in the second")
      }
    }

    @Test func `a card that its owner wrote in doesn't spoil a checkpoint`() throws {
      try SmallRun.make { small in
        try requireSuccess(small.train())
        let card = small.output.checkpoint(4) + "/README.md"
        try write(read(card).replacing("license: unknown", with: "license: mit"), card)
        try requireSuccess(small.train(settings: ["schedule.steps=6"]))
        #expect(try read(card).contains("license: mit"))
        let sums = try bash(#"cd "$1" && sha256sum -c SHA256SUMS"#, [small.output.checkpoint(6)])
        try requireSuccess(sums)
        for name in ["README.md", "tokenizer.json", "tokenizer_config.json"] {
          #expect(sums.stdout.contains("\(name): OK"))
        }
        let tokenizer = small.output.checkpoint(6) + "/tokenizer.json"
        try write(read(tokenizer) + " ", tokenizer)
        let resumed = try small.train(settings: ["schedule.steps=8"])
        #expect(resumed.stderr.contains("tokenizer.json"), "\(resumed.stderr)")
      }
    }

    @Test func `models are known by name`() throws {
      let models = try #require(json(diagonal("models", "--json"))["models"] as? [[String: Any]])
      let base = try #require(models.first { $0["name"] as? String == "ViT-B-32" })
      #expect(base["parameters"] as? Int == 151_277_313)
      #expect(try diagonal("models").stdout.contains("RN50x64-quickgelu"))
      let counted = try json(diagonal("inspect", "ViT-B-32", "--json"))["parameters"] as? [String: Int]
      #expect(counted?["total"] == 151_277_313)
      expectRefusal(try diagonal("inspect", "ViT-B-33"), "did you mean ViT-B-32?")
      try SmallRun.make { small in
        expectRefusal(try small.train(settings: ["model.config=RN5"]), "did you mean RN50?")
      }
    }

    @Test func `transparent parts of pictures are white or show their colours`() throws {
      try SmallRun.make { small in
        try requireSuccess(small.train(settings: ["schedule.steps=1", "data.transparency=opaque"]))
        let model = small.output.checkpoint(1)
        func classify(_ picture: String, _ more: String...) throws -> String {
          let arguments = [
            "classify", "--model", model, "--labels", "a,b", "--json", Golden.path("pictures/\(picture)"),
          ]
          let answer = try diagonal(arguments + more)
          try requireSuccess(answer)
          return answer.stdout
        }
        #expect(try classify("rgba.png") == classify("rgba.png", "--transparency", "white"))
        #expect(try classify("rgba.png") != classify("rgba.png", "--transparency", "opaque"))
        #expect(try classify("rgb.png") == classify("rgb.png", "--transparency", "opaque"))
        expectRefusal(
          try diagonal("classify", "--transparency", "grey", "--model", model, "--labels", "a", "b"), exit: 2)
        try FileManager.default.removeItem(atPath: small.path("pairs"))
        try FileManager.default.createDirectory(atPath: small.path("pairs"), withIntermediateDirectories: false)
        try FileManager.default.copyItem(
          atPath: Golden.path("pictures/rgba.png"), toPath: small.path("pairs/a.png"))
        try small.write("pairs/a.txt", "a picture")
        try small.pack()
        let rows = try ["white", "opaque"].map { way in
          let out = small.path(way)
          try requireSuccess(
            diagonal(
              "embed", "--model", model, "--data", small.path("train.tar"), "--set", "data.transparency=\(way)",
              "--out", out))
          return try Data(contentsOf: URL(fileURLWithPath: out + "/images-00000.npy"))
        }
        #expect(rows[0] != rows[1])
      }
    }

    @Test func `OpenAI's vocabulary is looked for, and the message says how to bring it`() throws {
      try SmallRun.make { small in
        try small.write("model.json", SmallRun.model.replacing("514", with: "49408"))
        try requireSuccess(small.train(settings: ["schedule.steps=1"]))
        // As OpenCLIP's own directories are.
        let model = small.path("model")
        try requireSuccess(diagonal("convert", small.output.checkpoint(1), model, "--format", "openclip"))
        for name in ["tokenizer.json", "tokenizer_config.json", "bpe_vocabulary.txt.gz"] {
          try FileManager.default.removeItem(atPath: "\(model)/\(name)")
        }
        let path = model + "/open_clip_config.json"
        try write(read(path).replacing("\"hf_tokenizer_name\" : \"the-files-beside\",", with: ""), path)
        let arguments = ["classify", "--model", model, "--labels", "a,b", Golden.path("pictures/rgb.png")]
        func classify(_ environment: [String: String], _ more: [String] = []) throws -> ProcessResult {
          try run(command: [diagonalExecutable] + arguments + more, environment: environment)
        }
        let nowhere = ["HOME": small.directory, "XDG_CACHE_HOME": "", "DIAGONAL_VOCABULARY": ""]
        expectRefusal(try classify(nowhere), "launch/vocabulary")
        let wrong = nowhere.merging(["DIAGONAL_VOCABULARY": small.path("merges.txt")]) { $1 }
        expectRefusal(try classify(wrong), "it has 514 ids")
        let warned = try classify(nowhere, ["--tokenizer", small.path("merges.txt")])
        try requireSuccess(warned)
        #expect(warned.stderr.contains("has 514 ids, the model 49408"), "\(warned.stderr)")
      }
    }
  }
}

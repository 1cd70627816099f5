import Foundation
import TestSupport
import Testing

/// transformers' own: Tests/Golden/hugging_face.py.
private let huggingFace = Golden.path("hugging-face")

private func json(_ result: ProcessResult) throws -> [String: Any] {
  try requireSuccess(result)
  return try #require(try JSONSerialization.jsonObject(with: Data(result.stdout.utf8)) as? [String: Any])
}

private func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: path)) }

extension CommandTests {
  @Suite struct ExchangeTests {
    @Test func `a model goes from Hugging Face's format to OpenCLIP's and back with the same bits`() throws {
      try temporaryDirectory { directory in
        func path(_ name: String) -> String { "\(directory)/\(name)" }
        let first = try json(diagonal("convert", huggingFace, path("a"), "--json"))
        #expect(first["format"] as? String == "openclip" && first["tokenizer"] as? Bool == true)
        #expect(
          first["files"] as? [String]
            == [
              "bpe_vocabulary.txt.gz", "open_clip_config.json", "open_clip_model.safetensors", "tokenizer.json",
              "tokenizer_config.json",
            ])
        let back = try diagonal("convert", path("a"), path("b"), "--format", "hugging-face", "--storage", "bf16")
        try requireSuccess(back)
        #expect(back.stdout.contains("hugging-face, ") && back.stdout.contains("parameters in bf16"))
        for name in ["config.json", "merges.txt", "model.safetensors", "vocab.json", "tokenizer_config.json"] {
          #expect(FileManager.default.fileExists(atPath: path("b/\(name)")), "\(name)")
        }
        // The weights are bf16's.
        try requireSuccess(diagonal("convert", path("b"), path("c")))
        for name in ["bpe_vocabulary.txt.gz", "open_clip_config.json", "open_clip_model.safetensors"] {
          #expect(try bytes(path("a/\(name)")) == bytes(path("c/\(name)")), "\(name)")
        }
      }
    }

    @Test func `a Hugging Face directory is used like any other`() throws {
      let answer = try json(
        diagonal("classify", "--model", huggingFace, "--labels", "red,apple", Golden.path("pictures/rgb.png"), "--json")
      )
      #expect((answer["images"] as? [Any])?.count == 1)
      try SmallRun.make { small in
        try requireSuccess(diagonal("convert", huggingFace, small.path("open")))
        try requireSuccess(
          small.train(settings: [
            "model.config=\(small.path("open/open_clip_config.json"))", "model.from=\(huggingFace)", "schedule.steps=2",
          ]))
        #expect(try small.output.metrics().count == 2)
      }
    }

    @Test func `inspect counts the same in every form of a model`() throws {
      try temporaryDirectory { directory in
        let open = directory + "/open"
        try requireSuccess(diagonal("convert", huggingFace, open, "--storage", "f16"))
        let forms = [
          huggingFace, open, open + "/open_clip_config.json", open + "/open_clip_model.safetensors",
        ]
        for form in forms {
          let answer = try json(diagonal("inspect", form, "--json"))
          let counts = try #require(answer["parameters"] as? [String: Int])
          #expect(counts == ["image": 48768, "text": 36896, "other": 1, "total": 85665], "\(form)")
          let flops = answer["flops_per_pair"] as? [String: Double]
          #expect((flops == nil) == form.hasSuffix(".safetensors"))
          if let flops { #expect(flops["forward"]! > 100_000 && flops["training"]! > 2 * flops["forward"]!) }
        }
        let shown = try diagonal("inspect", open)
        #expect(shown.stdout.contains("visual.proj") && shown.stdout.contains("F16   [48, 24]"), "\(shown.stdout)")
        #expect(shown.stdout.contains("GFLOPs per pair"))
      }
    }

    @Test func `inspect shows a model that doesn't load, and says why`() throws {
      try temporaryDirectory { directory in
        let open = directory + "/open"
        try requireSuccess(diagonal("convert", huggingFace, open))
        let path = open + "/open_clip_config.json"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        try Data(text.replacing("\"embed_dim\" : 24", with: "\"embed_dim\" : 20").utf8)
          .write(to: URL(fileURLWithPath: path))
        let result = try diagonal("inspect", open)
        expectRefusal(result, "visual.proj as [48, 24] ([48, 20] in the model)")
        #expect(result.stdout.contains("visual.proj"))
        expectRefusal(try diagonal("convert", open, directory + "/other"), "visual.proj as [48, 24]")
        #expect(!FileManager.default.fileExists(atPath: directory + "/other"))
      }
    }

    @Test func `what can't be converted or inspected is refused`() throws {
      try temporaryDirectory { directory in
        expectRefusal(try diagonal("convert", huggingFace, directory), "\(directory) exists already")
        expectRefusal(try diagonal("convert", directory, directory + "/a"), "open_clip_config.json is missing")
        expectRefusal(try diagonal("convert", huggingFace, directory + "/a", "--storage", "f8"), exit: 2, "f8")
        expectRefusal(try diagonal("inspect", directory + "/a.safetensors"), "a.safetensors: cannot be read")
        expectRefusal(try diagonal("inspect", huggingFace, "--caption-tokens", "1"), exit: 2, "--caption-tokens is 1")
        try Data("{}".utf8).write(to: URL(fileURLWithPath: directory + "/a.json"))
        expectRefusal(try diagonal("inspect", directory + "/a.json"), "a.json")
      }
    }
  }
}

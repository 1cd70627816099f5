import CLIP
import Engine
import Foundation
import Safetensors
import TestSupport
import Testing

/// A tiny `CLIPModel` of transformers', in two shards of bf16: Tests/Golden/hugging_face.py.
@Suite struct `A Hugging Face directory` {
  private static let path = Golden.path("hugging-face")

  /// Of equal configuration, preprocessing and bits.
  private func expectEqual(
    _ found: CLIPModel, _ expected: CLIPModel, cropsDown: Bool = true, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(found.configuration == expected.configuration, sourceLocation: sourceLocation)
    var preprocessing = expected.preprocessing
    preprocessing.cropsDown = cropsDown
    #expect(found.preprocessing == preprocessing, sourceLocation: sourceLocation)
    let same = found.parameters.values.array.map(\.bitPattern) == expected.parameters.values.array.map(\.bitPattern)
    #expect(same, "bits of the weights", sourceLocation: sourceLocation)
  }

  @Test func `gives transformers' embeddings`() throws {
    let (model, golden) = (try ModelDirectory(Self.path).load(), try Golden("hugging_face"))
    #expect(model.configuration.quickGELU)
    let images = model.imageFeatures(try golden.bytes("clip.pixels"))
    let texts = model.textFeatures(try golden.integers("clip.tokens").map(Int32.init))
    let reason = "f32 through a few layers against float64"
    expectClose(images.array, try golden.floats("clip.images"), relative: 1e-5, because: reason)
    expectClose(texts.array, try golden.floats("clip.texts"), relative: 1e-5, because: reason)
  }

  @Test func `goes to OpenCLIP's format and back without losing a bit`() throws {
    let model = try ModelDirectory(Self.path).load()
    try temporaryDirectory { path in
      try ModelDirectory(path).save(model)
      let format = try ModelDirectory(path).format
      #expect(format == .openCLIP)
      // There the centre is OpenCLIP's.
      expectEqual(try ModelDirectory(path).load(), model, cropsDown: false)
    }
    try temporaryDirectory { path in
      try ModelDirectory(path).saveHuggingFace(model, lastToken: nil)
      let format = try ModelDirectory(path).format
      #expect(format == .huggingFace)
      expectEqual(try ModelDirectory(path).load(), model)
    }
  }

  @Test func `is written with the tensors and fields that transformers writes`() throws {
    let model = try ModelDirectory(Self.path).load()
    let theirs = try SafetensorsShards(index: Self.path + "/model.safetensors.index.json")
    try temporaryDirectory { path in
      // The weights are bf16's, so that storing them so loses nothing.
      try ModelDirectory(path).saveHuggingFace(model, lastToken: nil, storage: .bf16)
      let ours = try SafetensorsShards(file: path + "/model.safetensors")
      #expect(ours.entries.keys.sorted() == theirs.entries.keys.sorted())
      for (name, entry) in theirs.entries {
        #expect(try ours.floats(name) == theirs.floats(name), "\(name)")
        #expect(ours.entries[name]?.shape == entry.shape && ours.entries[name]?.type == .bf16, "\(name)")
      }
      let (found, expected) = (try fields(path), try fields(Self.path))
      for tower in ["text_config", "vision_config"] {
        let (found, expected) = (found[tower] as? NSDictionary ?? [:], expected[tower] as? NSDictionary ?? [:])
        for (key, value) in found where expected[key] != nil && key as? String != "projection_dim" {
          #expect((value as? NSObject) == (expected[key] as? NSObject), "\(tower).\(key)")
        }
      }
      #expect(found["dtype"] as? String == "bfloat16" && found["projection_dim"] as? Int == 24)
    }
  }

  private func fields(_ directory: String) throws -> [String: Any] {
    let data = try Data(contentsOf: URL(fileURLWithPath: directory + "/config.json"))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  /// The end of a text by its id where the tokenizer's last is the vocabulary's, else by OpenAI's rule.
  @Test(arguments: [(517, 517), (400, 2), (nil, 2)]) func `says how a text ends`(last: Int?, said: Int) throws {
    let model = try ModelDirectory(Self.path).load()
    try temporaryDirectory { path in
      try ModelDirectory(path).saveHuggingFace(model, lastToken: last)
      #expect((try fields(path)["text_config"] as? [String: Any])?["eos_token_id"] as? Int == said)
    }
  }

  /// A copy whose config.json, or preprocessor's, has another value somewhere.
  private func changed(
    _ from: String, _ to: String, in file: String = "config.json", _ body: (ModelDirectory) throws -> Void
  ) throws {
    try temporaryDirectory { directory in
      let path = directory + "/copy"
      try FileManager.default.copyItem(atPath: Self.path, toPath: path)
      let text = try String(contentsOfFile: "\(path)/\(file)", encoding: .utf8)
      try #require(text.contains(from), "\(from)")
      let other = text.replacing(from, with: to)
      try Data(other.utf8).write(to: URL(fileURLWithPath: "\(path)/\(file)"))
      try body(ModelDirectory(path))
    }
  }

  @Test(arguments: [
    (#""model_type": "clip","#, #""model_type": "siglip2","#, "model_type"),
    (#""hidden_act": "quick_gelu""#, #""hidden_act": "gelu_new""#, "hidden_act"),
    (#""eos_token_id": 2"#, #""eos_token_id": 500"#, "text_config.eos_token_id"),
    (#""num_attention_heads": 3"#, #""num_attention_heads": 5"#, "vision_config.num_attention_heads"),
    (#""num_attention_heads": 3"#, #""num_attention_heads": 0"#, "vision_config.num_attention_heads"),
    (#""image_size": 16"#, #""image_size": [16, 24]"#, "vision_config.image_size"),
    (#""num_channels": 3"#, #""num_channels": 4"#, "vision_config.num_channels"),
    (#""hidden_size": 48"#, #""hidden_size": "48""#, "vision_config.hidden_size"),
  ])
  func `with what isn't supported is refused by the field`(from: String, to: String, field: String) throws {
    try changed(from, to) { directory in
      let error = #expect(throws: HuggingFaceError.self) { try directory.configuration() }
      #expect(error?.description.contains(field) == true, "\(String(describing: error))")
    }
  }

  @Test(arguments: [
    (#""resample": 3"#, #""resample": 1"#, "resample"),
    (#""do_center_crop": true"#, #""do_center_crop": false"#, "do_center_crop"),
    (#""shortest_edge": 16"#, #""height": 16, "width": 24"#, "size"),
    (#""do_normalize": true"#, #""do_normalize": false"#, "do_normalize"),
    (#""shortest_edge": 16"#, #""shortest_edge": 20"#, "size"),
    (#""shortest_edge": 16"#, #""longest_edge": 16"#, "size"),
    ("0.25", "0.0", "image_std"), ("0.25", "-1", "image_std"), ("0.25", "1e300", "image_std"),
    ("0.4", "1e300", "image_mean"),
  ])
  func `with another preprocessing is refused by the field`(from: String, to: String, field: String) throws {
    try changed(from, to, in: "preprocessor_config.json") { directory in
      let error = #expect(throws: HuggingFaceError.self) { try directory.preprocessing() }
      #expect(error?.description.contains(field) == true, "\(String(describing: error))")
    }
  }

  @Test func `says how pictures are resized, and is told so`() throws {
    for (from, to, resize, interpolation) in [
      (#""resample": 3"#, #""resample": 2"#, Preprocessing.Resize.shortest, Preprocessing.Interpolation.bilinear),
      (#""shortest_edge": 16"#, #""height": 16, "width": 16"#, .squash, .bicubic),
    ] {
      try changed(from, to, in: "preprocessor_config.json") { directory in
        let model = try directory.load()
        #expect(model.preprocessing.resize == resize && model.preprocessing.interpolation == interpolation)
        #expect(model.preprocessing.cropsDown)
        try temporaryDirectory { path in
          try ModelDirectory(path).saveHuggingFace(model, lastToken: nil)
          expectEqual(try ModelDirectory(path).load(), model)
        }
        try temporaryDirectory { path in
          try ModelDirectory(path).save(model)
          expectEqual(try ModelDirectory(path).load(), model, cropsDown: false)
        }
      }
    }
  }

  @Test func `has no way to fit a whole picture into a square`() throws {
    var preprocessing = Preprocessing.openAI
    (preprocessing.resize, preprocessing.fill) = (.longest, 255)
    let model = CLIPModel(try ModelDirectory(Self.path).configuration(), preprocessing: preprocessing)
    try temporaryDirectory { path in
      let error = #expect(throws: HuggingFaceError.self) {
        try ModelDirectory(path).saveHuggingFace(model, lastToken: nil)
      }
      #expect(error?.description.contains("resize_mode longest") == true, "\(String(describing: error))")
      #expect(try FileManager.default.contentsOfDirectory(atPath: path).isEmpty)
      try ModelDirectory(path).save(model)
      #expect(try ModelDirectory(path).preprocessing() == preprocessing)
    }
  }

  @Test func `of sides in lists, or with the last id for the end, is the same model`() throws {
    let expected = try ModelDirectory(Self.path).configuration()
    for (from, to) in [
      (#""image_size": 16"#, #""image_size": [16, 16]"#), (#""eos_token_id": 2"#, #""eos_token_id": 517"#),
    ] {
      try changed(from, to) { directory in
        let found = try directory.configuration()
        #expect(found == expected)
      }
    }
  }

  @Test func `of other weights is refused with all that differ`() throws {
    try changed(#""num_hidden_layers": 2"#, #""num_hidden_layers": 3"#) { directory in
      let error = #expect(throws: ModelDirectoryError.self) { try directory.load() }
      #expect(error?.description.contains("encoder.layers.2.") == true)
      #expect(error?.description.contains("and 27 more") == true, "\(String(describing: error))")
    }
    try changed(#""projection_dim": 24"#, #""projection_dim": 20"#) { directory in
      let error = #expect(throws: ModelDirectoryError.self) { try directory.load() }
      #expect(error?.description.contains("text_projection.weight as [24, 32] ([20, 32] in the model)") == true)
      #expect(error?.description.contains("visual_projection.weight as [24, 48]") == true)
    }
  }

  @Test func `is no place for weights beyond f16`() throws {
    let model = try ModelDirectory(Self.path).load()
    let last = try #require(model.parameters.declarations.last)
    model.parameters.part(last, of: model.parameters.values).buffer[0] = 70_000
    try temporaryDirectory { path in
      let error = #expect(throws: ModelDirectoryError.self) {
        try ModelDirectory(path).saveHuggingFace(model, lastToken: nil, storage: .f16)
      }
      #expect(error?.description.contains("\(last.name) holds numbers beyond 65504") == true)
      #expect(try FileManager.default.contentsOfDirectory(atPath: path).isEmpty)
      try ModelDirectory(path).saveHuggingFace(model, lastToken: nil, storage: .bf16)
    }
  }

  @Test func `with nothing in it is missing its files`() throws {
    try temporaryDirectory { path in
      let error = #expect(throws: ModelDirectoryError.self) { try ModelDirectory(path).load() }
      #expect(error?.description.contains("open_clip_config.json is missing") == true)
    }
  }
}

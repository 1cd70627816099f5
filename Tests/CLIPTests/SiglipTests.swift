import CLIP
import Engine
import Foundation
import Safetensors
import TestSupport
import Testing

/// A tiny `SiglipModel` of transformers', of bf16: Tests/Golden/siglip.py. Its pictures are no multiple of its patches.
@Suite struct `A SigLIP directory` {
  private static let path = Golden.path("siglip")

  private func expectEqual(
    _ found: CLIPModel, _ expected: CLIPModel, sourceLocation: SourceLocation = #_sourceLocation
  ) {
    #expect(found.configuration == expected.configuration, sourceLocation: sourceLocation)
    var preprocessing = expected.preprocessing
    preprocessing.cropsDown = found.preprocessing.cropsDown
    #expect(found.preprocessing == preprocessing, sourceLocation: sourceLocation)
    let same = found.parameters.values.array.map(\.bitPattern) == expected.parameters.values.array.map(\.bitPattern)
    #expect(same, "bits of the weights", sourceLocation: sourceLocation)
  }

  @Test func `gives transformers' embeddings and probabilities`() throws {
    let (model, golden) = (try ModelDirectory(Self.path).load(), try Golden("siglip"))
    let images = model.imageFeatures(try golden.bytes("siglip.pixels"))
    let texts = model.textFeatures(try golden.integers("siglip.tokens").map(Int32.init))
    let reason = "f32 through a few layers against float64"
    expectClose(images.array, try golden.floats("siglip.images"), relative: 1e-5, because: reason)
    expectClose(texts.array, try golden.floats("siglip.texts"), relative: 1e-5, because: reason)
    let (rows, width) = (texts.rows, texts.width)
    let probabilities = (0..<images.rows).flatMap { i in
      (0..<rows).map { j in
        let product = (0..<width).reduce(Float(0)) { $0 + images.array[i * width + $1] * texts.array[j * width + $1] }
        return 1 / (1 + exp(-(model.scale * product + model.bias)))
      }
    }
    expectClose(probabilities, try golden.floats("siglip.probabilities"), relative: 1e-5, because: reason)
  }

  @Test func `goes to OpenCLIP's format and back without losing a bit`() throws {
    let model = try ModelDirectory(Self.path).load()
    try temporaryDirectory { path in
      try ModelDirectory(path).save(model)
      let again = try ModelDirectory(path).load()
      expectEqual(again, model)
      try temporaryDirectory { path in
        try ModelDirectory(path).saveHuggingFace(again, lastToken: 1)
        expectEqual(try ModelDirectory(path).load(), model)
      }
    }
  }

  @Test func `is written with the tensors and fields that transformers writes`() throws {
    let model = try ModelDirectory(Self.path).load()
    let theirs = try SafetensorsFile(reading: Self.path + "/model.safetensors")
    try temporaryDirectory { path in
      try ModelDirectory(path).saveHuggingFace(model, lastToken: 1, storage: .bf16)
      let ours = try SafetensorsFile(reading: path + "/model.safetensors")
      #expect(ours.entries.keys.sorted() == theirs.entries.keys.sorted())
      for (name, entry) in theirs.entries {
        #expect(try ours.floats(name) == theirs.floats(name), "\(name)")
        #expect(ours.entries[name]?.shape == entry.shape, "\(name)")
      }
      let (found, expected) = (try fields(path), try fields(Self.path))
      for tower in ["text_config", "vision_config"] {
        let (found, expected) = (found[tower] as? NSDictionary ?? [:], expected[tower] as? NSDictionary ?? [:])
        for (key, value) in found where expected[key] != nil && key as? String != "eos_token_id" {
          #expect((value as? NSObject) == (expected[key] as? NSObject), "\(tower).\(key)")
        }
      }
    }
  }

  private func fields(_ directory: String) throws -> [String: Any] {
    let data = try Data(contentsOf: URL(fileURLWithPath: directory + "/config.json"))
    return try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
  }

  /// A copy whose config.json has another value somewhere.
  private func changed(_ from: String, _ to: String, _ body: (ModelDirectory) throws -> Void) throws {
    try temporaryDirectory { directory in
      let path = directory + "/copy"
      try FileManager.default.copyItem(atPath: Self.path, toPath: path)
      let text = try String(contentsOfFile: path + "/config.json", encoding: .utf8)
      try #require(text.contains(from), "\(from)")
      try Data(text.replacing(from, with: to).utf8).write(to: URL(fileURLWithPath: path + "/config.json"))
      try body(ModelDirectory(path))
    }
  }

  @Test(arguments: [
    (#""hidden_act": "gelu_pytorch_tanh""#, #""hidden_act": "silu""#, "hidden_act"),
    (#""vision_use_head": true"#, #""vision_use_head": false"#, "vision_use_head"),
    (#""projection_size": 24"#, #""projection_size": 12"#, "projection_size"),
    (#""layer_norm_eps": 1e-06"#, #""layer_norm_eps": 1e-05"#, "vision_config.layer_norm_eps"),
    (#""num_channels": 3"#, #""num_channels": 1"#, "num_channels"),
    (#""num_attention_heads": 3"#, #""num_attention_heads": 5"#, "num_attention_heads"),
  ])
  func `with what isn't supported is refused by the field`(_ from: String, _ to: String, _ field: String) throws {
    try changed(from, to) { directory in
      let error = #expect(throws: HuggingFaceError.self) { try directory.configuration() }
      #expect(error?.description.contains(field) == true, "\(String(describing: error))")
    }
  }

  /// How texts are cleaned where the tokenizer beside has these settings, or none are there.
  private func cleaning(_ settings: String?) throws -> String? {
    var found: String?
    try temporaryDirectory { directory in
      let path = directory + "/copy"
      try FileManager.default.copyItem(atPath: Self.path, toPath: path)
      if let settings {
        try Data(settings.utf8).write(to: URL(fileURLWithPath: path + "/tokenizer_config.json"))
      }
      found = try ModelDirectory(path).configuration().text.tokenizer.text("clean")
    }
    return found
  }

  @Test(arguments: [
    (nil, "canonicalize"), ("{}", "canonicalize"),
    (#"{"tokenizer_class": "SiglipTokenizer", "do_lower_case": true}"#, "canonicalize"),
    (#"{"tokenizer_class": "Siglip2Tokenizer"}"#, "lower"),
    (#"{"tokenizer_class": "GemmaTokenizerFast", "do_lower_case": true}"#, "lower"),
    (#"{"tokenizer_class": "GemmaTokenizer"}"#, "whitespace"),
    (#"{"tokenizer_class": "T5Tokenizer"}"#, "whitespace"),
  ])
  func `texts are cleaned as the tokenizer beside says`(_ settings: String?, _ expected: String) throws {
    #expect(try cleaning(settings) == expected)
  }

  @Test(arguments: [
    (#"{"tokenizer_class": "SiglipTokenizer", "do_lower_case": false}"#, "do_lower_case"),
    (#"{"tokenizer_class": "BertTokenizer"}"#, "tokenizer_class"),
    (#"{"do_lower_case": "yes"}"#, "do_lower_case"),
  ])
  func `a tokenizer that isn't understood is refused by name`(_ settings: String, _ name: String) throws {
    let error = #expect(throws: HuggingFaceError.self) { try cleaning(settings) }
    #expect(error?.description.contains(name) == true, "\(String(describing: error))")
    #expect(error?.description.contains("tokenizer_config.json") == true, "\(String(describing: error))")
  }

  @Test func `of another activation is another model`() throws {
    let golden = try Golden("siglip")
    try changed(#""gelu_pytorch_tanh""#, #""gelu""#) { directory in
      let found = try directory.load().imageFeatures(try golden.bytes("siglip.pixels")).array
      let expected = try golden.floats("siglip.images")
      #expect(zip(found, expected).contains { abs($0 - $1) > 2e-5 })
    }
  }

  @Test func `without words for a model is refused by field`() throws {
    let json = """
      {"embed_dim": 24, "custom_text": true, "init_logit_bias": -10,
       "vision_cfg": {"image_size": 16, "timm_model_name": "tiny", "timm_pool": "map", "timm_proj": "none",
                      "timm_model_config": {"patch_size": 8, "embed_dim": 24, "depth": 1, "num_heads": 2}},
       "text_cfg": {"width": 24, "heads": 2, "layers": 1, "vocab_size": 40, "context_length": 8, "pool_type": "POOL",
                    "no_causal_mask": true, "proj_bias": true, "norm_kwargs": {"eps": 1e-6}}}
      """
    for (pool, works) in [("last", true), ("first", false)] {
      let model = CLIPModel(try ModelConfiguration(json: Data(json.replacing("POOL", with: pool).utf8)), seed: 1)
      try temporaryDirectory { path in
        func save() throws { try ModelDirectory(path).saveHuggingFace(model, lastToken: 1) }
        guard !works else { return try save() }
        let error = #expect(throws: HuggingFaceError.self) { try save() }
        #expect(error?.description.contains("text_cfg.pool_type") == true, "\(String(describing: error))")
        #expect(error?.description.contains("SiglipModel has") == true, "\(String(describing: error))")
      }
    }
  }

  @Test func `serves pictures of another size`() throws {
    let source = try ModelDirectory(Self.path).configuration()
    let model = CLIPModel(try source.resized(imageSize: 25, contextLength: nil), seed: 1)
    let lines = try model.load(from: Self.path)
    #expect(
      lines.contains { $0.contains("visual.trunk.pos_embed") && $0.contains("from 9 positions to 25") }, "\(lines)")
  }

  // MARK: timm's names

  private func named(_ name: String, imageSize: Int, more: String = "") throws -> ModelConfiguration {
    try ModelConfiguration(
      json: Data(
        """
        {"embed_dim": 768, "custom_text": true, "init_logit_bias": -10, "text_cfg": {},
         "vision_cfg": {"image_size": \(imageSize), "timm_model_name": "\(name)", \(more)"timm_proj": "none"}}
        """.utf8))
  }

  @Test func `for another picture size another name of timm's is written`() throws {
    let small = try named("vit_base_patch16_siglip_224", imageSize: 224, more: #""timm_pool": "map", "#)
    func vision(_ configuration: ModelConfiguration) throws -> [String: Any] {
      let fields = try JSONSerialization.jsonObject(with: JSONEncoder().encode(configuration)) as? [String: Any]
      return try #require(fields?["vision_cfg"] as? [String: Any])
    }
    let larger = try vision(small.resized(imageSize: 384, contextLength: nil))
    #expect(larger["timm_model_name"] as? String == "vit_base_patch16_siglip_384")
    #expect(larger["timm_model_config"] == nil)
    // timm has no name for it, and OpenCLIP refuses the field.
    let odd = try small.resized(imageSize: 240, contextLength: nil)
    #expect(try vision(odd)["timm_model_config"] != nil)
    #expect(try ModelConfiguration(json: JSONEncoder().encode(odd)) == odd)
  }

  @Test(arguments: [
    ("swin_base_patch4_window7_224", 224, #""timm_pool": "map", "#, "vision_cfg.timm_model_name"),
    ("vit_base_patch16_siglip_224", 256, #""timm_pool": "map", "#, "vision_cfg.image_size"),
    ("vit_base_patch16_siglip_224", 224, "", "vision_cfg.timm_pool avg"),
    ("vit_base_patch16_siglip_224", 224, #""timm_pool": "map", "timm_drop_path": 0.1, "#, "vision_cfg.timm_drop_path"),
    ("vit_base_patch16_siglip_224", 224, #""timm_pool": "map", "timm_other": 1, "#, "vision_cfg.timm_other"),
  ])
  func `a tower of timm's that isn't built is refused by field`(
    _ name: String, _ imageSize: Int, _ more: String, _ field: String
  ) throws {
    let error = #expect(throws: ModelConfigurationError.self) {
      try named(name, imageSize: imageSize, more: more)
    }
    #expect(error?.description.contains(field) == true, "\(String(describing: error))")
  }
}

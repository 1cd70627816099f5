import CLIP
import Engine
import Foundation
import TestSupport
import Testing

/// OpenCLIP's own code on a tiny model, in float64: `Tests/Golden/tiny_clip.py`.
@Suite struct TinyCLIPTests {
  private let golden: Golden

  init() throws { golden = try Golden("tiny_clip") }

  private func model(quick: Bool = false) throws -> CLIPModel {
    var configuration = try ModelConfiguration(path: Golden.path("tiny_clip.json"))
    configuration.quickGELU = quick
    let model = CLIPModel(configuration)
    for declaration in model.parameters.declarations {
      let values = Tensor(shape: declaration.shape, try golden.floats("initial." + declaration.name))
      model.parameters.part(declaration, of: model.parameters.values).set(values)
    }
    return model
  }

  @Test(arguments: [("", false), ("quick.", true)])
  func `features are OpenCLIP's`(_ prefix: String, _ quick: Bool) throws {
    let model = try model(quick: quick)
    let images = model.imageFeatures(try golden.bytes("batch0.pixels"))
    let texts = model.textFeatures(try golden.integers("batch0.tokens").map(Int32.init))
    let reason = "f32 through a few layers against float64"
    expectClose(images.array, try golden.floats(prefix + "image_features"), relative: 1e-5, because: reason)
    expectClose(texts.array, try golden.floats(prefix + "text_features"), relative: 1e-5, because: reason)
  }

  @Test func `parameters have OpenCLIP's names and shapes, all of them`() throws {
    let model = try model()
    let names = golden.names.filter { $0.hasPrefix("initial.") }.map { String($0.dropFirst(8)) }
    #expect(model.parameters.declarations.map(\.name).sorted() == names.sorted())
    for declaration in model.parameters.declarations {
      let expected = try golden.shape("initial." + declaration.name)
      #expect(declaration.shape == expected, "\(declaration.name)")
    }
  }

  @Test func `a saved model loads as it was`() throws {
    let model = try model()
    try temporaryDirectory { path in
      try ModelDirectory(path).save(model)
      let loaded = try ModelDirectory(path).load()
      #expect(loaded.parameters.values.array == model.parameters.values.array)
      #expect(loaded.configuration == model.configuration)
      #expect(loaded.preprocessing == model.preprocessing)
    }
  }

  @Test func `weights of another model are refused by name`() throws {
    let small = try model()
    var other = small.configuration
    guard var text = other.text.tower as? ModelConfiguration.GPT else {
      preconditionFailure("tiny CLIP: another text tower")
    }
    text.transformer.layers = 4
    other.text = .init(text)
    let bigger = CLIPModel(other, seed: 0)
    try temporaryDirectory { path in
      try ModelDirectory(path).save(small)
      let error = #expect(throws: ModelDirectoryError.self) { try ModelDirectory(path).loadWeights(into: bigger) }
      #expect(error?.description.contains("lacks transformer.resblocks.3") == true)
    }
  }

  @Test func `a model that no memory holds is counted, and refused by the little that its file holds`() throws {
    let small = try model()
    try temporaryDirectory { path in
      let directory = ModelDirectory(path)
      try directory.save(small)
      let huge = """
        {"embed_dim": 32,
         "vision_cfg": {"image_size": 65536, "patch_size": 4, "width": 1024, "pos_embed_type": "sin_cos_2d"},
         "text_cfg": {"vocab_size": 16777216, "width": 16384, "heads": 64, "layers": 1}}
        """
      try Data(huge.utf8).write(to: URL(fileURLWithPath: directory.configurationPath))
      let error = #expect(throws: ModelDirectoryError.self) { try directory.load() }
      #expect(error?.description.contains("token_embedding.weight as [600, 64]") == true)
      #expect(try ModelInventory(of: directory.configurationPath).parameters() > 1 << 38)
      #expect(try ModelInventory(of: path).problem != nil)
    }
  }

  @Test(arguments: [
    ("mean", "[0, 0, 0]", true), ("mean", "[0.5, 0.5, 1e300]", false), ("std", "[0.5, 0.5]", false),
    ("std", "[0.5, 0.5, 0]", false), ("std", "[0.5, 0.5, -1]", false), ("std", "[0.5, 0.5, 1e300]", false),
    ("resize_mode", "\"widest\"", false), ("interpolation", "\"nearest\"", false), ("fill_color", "256", false),
    ("mode", "\"L\"", false),
  ])
  func `preprocessing that gives no numbers is refused`(field: String, value: String, fits: Bool) throws {
    try temporaryDirectory { path in
      let directory = ModelDirectory(path)
      let json = #"{"model_cfg": {}, "preprocess_cfg": {"\#(field)": \#(value)}}"#
      try Data(json.utf8).write(to: URL(fileURLWithPath: directory.configurationPath))
      if fits {
        #expect(try directory.preprocessing().mean == [0, 0, 0])
      } else {
        let error = #expect(throws: ModelDirectoryError.self) { try directory.preprocessing() }
        #expect(error?.description.contains("preprocess_cfg.\(field)") == true)
      }
    }
  }

  @Test func `preprocessing is what OpenCLIP makes of the same fields`() throws {
    try temporaryDirectory { path in
      let directory = ModelDirectory(path)
      func read(_ fields: String) throws -> Preprocessing {
        let json = #"{"model_cfg": {"embed_dim": 8, "vision_cfg": {}, "text_cfg": {}}, "preprocess_cfg": \#(fields)}"#
        try Data(json.utf8).write(to: URL(fileURLWithPath: directory.configurationPath))
        return try directory.preprocessing()
      }
      let nulls =
        #"{"mean": null, "std": null, "interpolation": null, "resize_mode": null, "size": 224, "fill_color": null}"#
      #expect(try read(nulls) == .openAI)
      #expect(try read(#"{"interpolation": "random", "mode": "RGB"}"#) == .openAI)
      let fitted = try read(#"{"interpolation": "bilinear", "resize_mode": "longest", "fill_color": 127}"#)
      #expect(fitted.resize == .longest && fitted.interpolation == .bilinear && fitted.fill == 127)
      #expect(try read(#"{"resize_mode": "squash"}"#).resize == .squash)
    }
  }

  @Test func `weights of another shape are refused with both shapes`() throws {
    let small = try model()
    var other = small.configuration
    other.embeddingWidth = 48
    let wider = CLIPModel(other, seed: 0)
    try temporaryDirectory { path in
      try ModelDirectory(path).save(small)
      let error = #expect(throws: ModelDirectoryError.self) { try ModelDirectory(path).loadWeights(into: wider) }
      #expect(error?.description.contains("[64, 32]") == true && error?.description.contains("[64, 48]") == true)
    }
  }
}

@Suite struct ModelConfigurationTests {
  private func read(_ json: String) throws -> ModelConfiguration { try ModelConfiguration(json: Data(json.utf8)) }

  private static let wrong: [(change: String, field: String)] = [
    (#"{"text_cfg": {"context_length": 1}}"#, "text_cfg.context_length"),
    (#"{"text_cfg": {"mlp_ratio": 0.001}}"#, "text_cfg.mlp_ratio"),
    (#"{"vision_cfg": {"mlp_ratio": 1e300}}"#, "vision_cfg.mlp_ratio"),
    (#"{"vision_cfg": {"width": 1000000000000000000}}"#, "vision_cfg.width"),
    (#"{"text_cfg": {"layers": "two"}}"#, "text_cfg.layers: "),
    (#"{"text_cfg": 3}"#, "text_cfg: "),
    (#"{"vision_cfg": {"layers": 1025}}"#, "vision_cfg.layers"),
    (#"{"text_cfg": {"layers": 1025}}"#, "text_cfg.layers"),
    (#"{"vision_cfg": {"image_size": 16777216, "patch_size": 1}}"#, "vision_cfg.image_size"),
    (
      #"{"vision_cfg": {"image_size": 65536, "patch_size": 1}}"#, "vision_cfg.image_size of the model is one that makes"
    ),
    (#"{"vision_cfg": {"image_size": 65536, "patch_size": 65536, "width": 1048576}}"#, "vision_cfg.patch_size"),
    (#"{"embed_dim": 16777216, "vision_cfg": {"width": 131072, "layers": 1}}"#, "vision_cfg.width"),
    (#"{"vision_cfg": {"layers": [1, 1, 1025, 1]}}"#, "vision_cfg.layers"),
    (#"{"vision_cfg": {"layers": [1, 1, 1, 1], "width": 524288}}"#, "vision_cfg.layers of the model is one that makes"),
    (#"{"vision_cfg": {"layers": [1, 1, 1, 1], "width": 8192, "image_size": 65536}}"#, "vision_cfg.image_size"),
    (#"{"vision_cfg": {"arch": "resnet18", "image_size": 16777216}}"#, "vision_cfg.image_size"),
    (#"{"text_cfg": {"vocab_size": 16777216, "width": 65536, "heads": 1024}}"#, "text_cfg.vocab_size"),
    (#"{"text_cfg": {"context_length": 16777216, "width": 65536, "heads": 1024}}"#, "text_cfg.context_length"),
    (#"{"text_cfg": {"layers": 1024, "width": 65536, "heads": 1024}}"#, "text_cfg.layers"),
    (bert(#""vocab_size": 16777216, "hidden_size": 65536, "num_attention_heads": 64"#), "hf_model_config.vocab_size"),
    (bert(#""num_hidden_layers": 1025"#), "hf_model_config.num_hidden_layers"),
    (bert(#""max_position_embeddings": 1"#), "hf_model_config.max_position_embeddings"),
    (
      bert(#""model_type": "roberta", "max_position_embeddings": 512, "pad_token_id": 600"#),
      "hf_model_config.max_position_embeddings"
    ),
    (bert(#""max_position_embeddings": 2"#, context: 3), "text_cfg.context_length"),
    (#"{"text_cfg": {"heads": 1}}"#, "text_cfg.heads"),
    (#"{"vision_cfg": {"head_width": 384}}"#, "vision_cfg.head_width"),
    (#"{"text_cfg": {"pool_type": "eos", "eos_id": 49408}}"#, "text_cfg.eos_id"),
    (#"{"text_cfg": {"pool_type": "eos", "eos_id": -1}}"#, "text_cfg.eos_id"),
  ]

  private static func bert(_ fields: String, context: Int = 2) -> String {
    #"{"text_cfg": {"hf_model_name": "x", "context_length": \#(context), "hf_model_config": {\#(fields)}}}"#
  }

  @Test(arguments: wrong)
  func `a value that can't be is named`(change: String, field: String) throws {
    let whole = #"{"embed_dim": 64, "vision_cfg": {}, "text_cfg": {}}"#
    let error = #expect(throws: ModelConfigurationError.self) { try read(merged(whole, change)) }
    #expect(error?.description.contains(field) == true, "\(String(describing: error))")
  }

  @Test(arguments: [
    #"{"vision_cfg": {"head_width": 384, "pool_type": "avg"}}"#, #"{"text_cfg": {"eos_id": 49408}}"#,
    bert(#""max_position_embeddings": 2"#),
  ])
  func `a value that says nothing here, or just can be, is taken`(change: String) throws {
    _ = try read(merged(#"{"embed_dim": 64, "vision_cfg": {}, "text_cfg": {}}"#, change))
  }

  private static let tokenizers: [(text: String, padding: Int32, last: Int32, words: String)] = [
    ("{}", 0, 513, "none"), ("{}", 0, 5, "largest"), (#"{"pool_type": "last"}"#, 0, 5, "none"),
    (#"{"pool_type": "eos", "eos_id": 5}"#, 0, 5, "none"),
    (#"{"pool_type": "eos", "eos_id": 5}"#, 0, 513, "eos_id is 5"),
    (#"{"hf_model_name": "bert-base-uncased"}"#, 0, 5, "none"),
    (#"{"hf_model_name": "bert-base-uncased"}"#, 3, 5, "pads with 3"),
    (#"{"hf_model_name": "roberta-base"}"#, 0, 5, "pad_token_id is 1"),
  ]

  @Test(arguments: tokenizers) func `a tokenizer of 514 ids suits a text encoder or is objected to`(
    text: String, padding: Int32, last: Int32, words: String
  ) throws {
    let encoder = try read(#"{"embed_dim": 768, "vision_cfg": {}, "text_cfg": \#(text)}"#).text
    let objection = encoder.objection(ids: 514, padding: padding, last: last) ?? "none"
    #expect(objection.contains(words), "\(objection)")
  }

  /// One JSON object with the fields of another laid over it.
  private func merged(_ whole: String, _ change: String) throws -> String {
    func object(_ text: String) throws -> [String: Any] {
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] ?? [:]
    }
    let all = try object(whole).merging(object(change)) { $1 }
    return String(decoding: try JSONSerialization.data(withJSONObject: all), as: UTF8.self)
  }

  @Test func `what is left out has OpenCLIP's default`() throws {
    let configuration = try read(
      #"{"embed_dim": 512, "vision_cfg": {"patch_size": 32}, "text_cfg": {}}"#)
    guard let vision = configuration.vision.tower as? ModelConfiguration.ViT else { preconditionFailure("not a ViT") }
    #expect(vision.heads == 12 && vision.imageSize == 224)
    #expect(configuration.text.contextLength == 77 && configuration.text.vocabularySize == 49408)
    #expect(!configuration.quickGELU)
  }

  @Test func `ViT-B-32 has the number of parameters that OpenCLIP says`() throws {
    let configuration = try read(
      """
      {"embed_dim": 512,
       "vision_cfg": {"image_size": 224, "layers": 12, "width": 768, "patch_size": 32},
       "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 512, "heads": 8, "layers": 12}}
      """)
    #expect(configuration.parameterCount == 151_277_313)
    #expect(configuration.parameterDeclarations.count == 302)
  }

  @Test func `a field that would be ignored is refused by name`() {
    let json = #"{"embed_dim": 8, "vision_cfg": {"timm_model_name": "x"}, "text_cfg": {}}"#
    let error = #expect(throws: ModelConfigurationError.self) { try read(json) }
    #expect(error?.description.contains("vision_cfg.timm_model_name") == true)
  }

  @Test func `patches that don't tile the picture are refused`() {
    let json = #"{"embed_dim": 8, "vision_cfg": {"image_size": 30, "patch_size": 16}, "text_cfg": {}}"#
    let error = #expect(throws: ModelConfigurationError.self) { try read(json) }
    #expect(error?.description.contains("vision_cfg.image_size") == true)
  }
}

@Suite struct PackedCaptionsTests {
  private func gpt(_ fields: String) throws -> ModelConfiguration.GPT {
    try JSONDecoder().decode(ModelConfiguration.GPT.self, from: Data(#"{"context_length": 6, \#(fields)}"#.utf8))
  }

  @Test(arguments: [
    (#""pool_type": "argmax""#, [2, 1]), (#""pool_type": "eos", "eos_id": 1"#, [1, 0]),
    (#""pool_type": "first""#, [0, 0]), (#""pool_type": "last""#, [5, 5]),
  ])
  func `the pooled position is OpenCLIP's`(fields: String, expected: [Int]) throws {
    #expect(pooledPositions([8, 1, 9, 0, 0, 0, 8, 9, 0, 0, 0, 9], try gpt(fields)) == expected)
  }

  @Test func `a caption takes the rows that it needs`() {
    let packed = PackedCaptions([8, 1, 9, 0, 0, 0, 8, 9, 0, 0, 0, 0], contextLength: 6, lengths: [3, 2])
    #expect(packed.tokens == [8, 1, 9, 8, 9])
    #expect(packed.sequences == Sequences(lengths: [3, 2]))
  }

  /// Captions of 2, 4, 7 and all 12 tokens, for any of `Tests/Golden/encoders.json`'s text towers.
  private func captions(_ text: ModelConfiguration.Text) -> [[Int32]] {
    let (length, end) = (text.contextLength, text.someEndToken)
    return [2, 4, 7, length].map { count in
      let tokens = (1..<Int32(count)).map { 3 + $0 } + [end]
      return tokens + Array(repeating: text.padToken, count: length - count)
    }
  }

  /// Features of captions, the first of which is the n-th of all, and the gradients that they leave.
  private func run(
    _ variant: Variant, _ captions: [[Int32]], from n: Int = 0
  ) throws -> (features: [Float], gradients: [Float]) {
    let parameters = variant.model.parameters
    let block = Tensor(shape: [parameters.blockCount], repeating: 0)
    parameters.collectGradients(in: block)
    let features = variant.model.textFeatures(captions.flatMap { $0 }, Pass(learns: true))
    let dy = (0..<features.count).map { Float((n * features.width + $0) % 7) - 3 }
    try backward([(features, Tensor(shape: features.shape, dy))])
    parameters.finishCollecting()
    return (features.array, block.array)
  }

  @Test(arguments: EncoderGoldenTests.variants.filter { $0.hasPrefix("text") })
  func `a caption has the same feature and gradients alone and among others`(_ name: String) throws {
    let variant = try Variant(name)
    let captions = captions(variant.model.configuration.text)
    let together = try run(variant, captions)
    let alone = try captions.enumerated().map { try run(variant, [$0.element], from: $0.offset) }
    expectClose(
      together.features, alone.flatMap(\.features), relative: 2e-6, because: "another shape of the same products")
    let sums = together.gradients.indices.map { k in Float(alone.reduce(0) { $0 + Double($1.gradients[k]) }) }
    expectClose(together.gradients, sums, relative: 1e-5, because: "the same terms in another order")
  }
}

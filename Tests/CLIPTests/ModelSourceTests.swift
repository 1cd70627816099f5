import CLIP
import Engine
import Foundation
import Safetensors
import TestSupport
import Testing

/// Where parameters come from, and what is compared before they are taken.
@Suite struct ModelSourceTests {
  private static let towers = """
    "vision_cfg": {"image_size": 16, "layers": 2, "width": 32, "head_width": 16, "patch_size": 8 VISION},
    "text_cfg": {"context_length": 8, "vocab_size": 40, "width": 24, "heads": 2, "layers": 1 TEXT}
    """

  private func configuration(vision: String = "", text: String = "", top: String = "") throws -> ModelConfiguration {
    let towers = Self.towers.replacing(" VISION", with: vision).replacing(" TEXT", with: text)
    return try ModelConfiguration(json: Data("{\"embed_dim\": 12, \(top) \(towers)}".utf8))
  }

  private func saved(_ configuration: ModelConfiguration, _ body: (ModelDirectory) throws -> Void) throws {
    try temporaryDirectory { path in
      try ModelDirectory(path).save(CLIPModel(configuration, seed: 3))
      try body(ModelDirectory(path))
    }
  }

  private func expectEqual(_ found: CLIPModel, _ expected: CLIPModel, except names: Set<String> = []) {
    for declaration in expected.parameters.declarations where !names.contains(declaration.name) {
      let mine = found.parameters.declarations.first { $0.name == declaration.name }
      let values = mine.map { found.parameters.part($0, of: found.parameters.values).array }
      #expect(
        values == expected.parameters.part(declaration, of: expected.parameters.values).array, "\(declaration.name)")
    }
  }

  // MARK: What differs without another shape

  @Test(arguments: [
    ("", "", "\"quick_gelu\": true,", "quick_gelu is true there, false here"),
    (", \"pool_type\": \"avg\"", "", "", "vision_cfg.pool_type is avg there, not set here"),
    (", \"norm_kwargs\": {\"eps\": 1e-6}", "", "", "vision_cfg.norm_kwargs.eps is 1e-06 there, not set here"),
    ("", ", \"no_causal_mask\": true", "", "text_cfg.no_causal_mask is true there, not set here"),
    ("", ", \"pool_type\": \"last\"", "", "text_cfg.pool_type is last there, not set here"),
  ])
  func `a source of the same shapes that does something else is refused by field`(
    _ vision: String, _ text: String, _ top: String, _ message: String
  ) throws {
    let mine = try configuration()
    try saved(configuration(vision: vision, text: text, top: top)) { directory in
      for path in [directory.path, directory.weightsPath] {
        let error = #expect(throws: ModelDirectoryError.self) { try CLIPModel(mine, seed: 1).load(from: path) }
        #expect(error?.description.contains(message) == true, "\(error?.description ?? "no error")")
      }
      // The other tower isn't looked at.
      if !vision.isEmpty { try CLIPModel(mine, seed: 1).load(.text, from: directory.path) }
      if !text.isEmpty { try CLIPModel(mine, seed: 1).load(.image, from: directory.path) }
    }
  }

  @Test func `heads are compared, though no shape shows them`() throws {
    let mine = try configuration()
    let other = Self.towers.replacing("\"head_width\": 16", with: "\"head_width\": 8")
      .replacing(" VISION", with: "").replacing(" TEXT", with: "")
    try saved(try ModelConfiguration(json: Data("{\"embed_dim\": 12, \(other)}".utf8))) { directory in
      let error = #expect(throws: ModelDirectoryError.self) {
        try CLIPModel(mine, seed: 1).load(.image, from: directory.path)
      }
      #expect(error?.description.contains("vision_cfg.head_width is 8 there, 16 here") == true)
    }
  }

  @Test func `a file alone says that it was taken by its shapes`() throws {
    let mine = try configuration()
    try saved(mine) { directory in
      try FileManager.default.removeItem(atPath: directory.configurationPath)
      let lines = try CLIPModel(mine, seed: 1).load(from: directory.weightsPath)
      #expect(lines.count == 1 && lines[0].contains("by its tensors' names and shapes alone"), "\(lines)")
    }
  }

  // MARK: Names and shapes that OpenCLIP mends

  /// Writes a model's weights with other names, and as other files.
  private func rewrite(
    _ directory: ModelDirectory, as name: String = ModelDirectory.weightsFile, extra: [String] = [],
    _ rename: (String) -> String?
  ) throws {
    let file = try SafetensorsFile(reading: directory.weightsPath)
    var blocks: [UnsafeMutableBufferPointer<Float>] = []
    defer { blocks.forEach { $0.deallocate() } }
    func floats(_ values: [Float]) -> UnsafeBufferPointer<Float> {
      let block = UnsafeMutableBufferPointer<Float>.allocate(capacity: values.count)
      _ = block.initialize(from: values)
      blocks.append(block)
      return UnsafeBufferPointer(block)
    }
    var tensors: [SafetensorsWriter.Tensor] = []
    for (own, entry) in file.entries.sorted(by: { $0.key < $1.key }) {
      guard let name = rename(own) else { continue }
      let shape = own == "logit_scale" ? [1, 1] : entry.shape
      tensors.append((name, shape, .floats(floats(try file.floats(own)), as: .f32)))
    }
    for name in extra { tensors.append((name, [1, 8], .floats(floats((0..<8).map(Float.init)), as: .f32))) }
    try FileManager.default.removeItem(atPath: directory.weightsPath)
    try SafetensorsWriter.write(tensors, to: directory.path + "/" + name)
  }

  @Test(arguments: [
    "open_clip_model.safetensors", "open_clip_pytorch_model.safetensors", "model.safetensors", "epoch_3.safetensors",
  ])
  func `weights are found by OpenCLIP's other names, and the wrapper's prefix is taken off`(_ name: String) throws {
    try saved(configuration()) { directory in
      let expected = try directory.load()
      try rewrite(directory, as: name) { "module." + $0 }
      expectEqual(try directory.load(), expected)
    }
  }

  @Test func `flat names of a text tower serve a model that keeps it below text`() throws {
    let flat = try configuration()
    try saved(flat) { directory in
      let expected = try directory.load()
      let custom = try configuration(top: "\"custom_text\": true,")
      let model = CLIPModel(custom, seed: 1)
      try model.load(from: directory.path)
      for declaration in expected.parameters.declarations {
        let isText = declaration.tower == .text
        let name = isText ? "text." + declaration.name : declaration.name
        let mine = try #require(model.parameters.declarations.first { $0.name == name })
        #expect(
          model.parameters.part(mine, of: model.parameters.values).array
            == expected.parameters.part(declaration, of: expected.parameters.values).array)
      }
    }
  }

  @Test func `a bias of logits that the file lacks begins as the model says, and that is said`() throws {
    try saved(configuration(top: "\"init_logit_bias\": -7,")) { directory in
      let expected = try directory.load()
      try rewrite(directory) { $0 == "logit_bias" ? nil : $0 }
      var lines: [String] = []
      let found = try directory.load { lines.append($0) }
      expectEqual(found, expected)
      #expect(found.bias == -7)
      #expect(lines.count == 1 && lines[0].contains("has no logit_bias"), "\(lines)")
    }
  }

  @Test func `the numbers of positions of an older BERT are no parameter`() throws {
    try saved(configuration()) { directory in
      let expected = try directory.load()
      try rewrite(directory, extra: ["text.transformer.embeddings.position_ids"]) { $0 }
      expectEqual(try directory.load(), expected)
      try rewrite(directory, extra: ["something.else"]) { $0 }
      #expect(throws: ModelDirectoryError.self) { try directory.load() }
    }
  }

  @Test func `several files of weights of unknown names are refused with the names`() throws {
    try saved(configuration()) { directory in
      try rewrite(directory, as: "a.safetensors") { $0 }
      try FileManager.default.copyItem(
        atPath: directory.path + "/a.safetensors", toPath: directory.path + "/b.safetensors")
      let error = #expect(throws: ModelDirectoryError.self) { try directory.load() }
      #expect(error?.description.contains("a.safetensors, b.safetensors") == true)
    }
  }

  @Test func `sizes as lists, and fields that say nothing, are read`() throws {
    let plain = try configuration()
    let json = Self.towers.replacing("\"image_size\": 16", with: "\"image_size\": [16, 16]")
      .replacing(" VISION", with: ", \"timm_model_name\": null, \"timm_pool\": \"avg\"")
      .replacing(" TEXT", with: ", \"hf_model_name\": null, \"hf_pooler_type\": \"mean_pooler\"")
    #expect(try ModelConfiguration(json: Data("{\"embed_dim\": 12, \(json)}".utf8)) == plain)
    let oblong = json.replacing("[16, 16]", with: "[16, 32]")
    #expect(throws: ModelConfigurationError.self) {
      try ModelConfiguration(json: Data("{\"embed_dim\": 12, \(oblong)}".utf8))
    }
  }

  @Test(arguments: [
    ", \"tokenizer_mode\": \"clips\"", ", \"tokenizer_kwargs\": {\"clean\": \"other\"}",
    ", \"tokenizer_kwargs\": {\"language\": \"de\"}", ", \"tokenizer_kwargs\": {\"reduction_mask\": \"simple\"}",
  ])
  func `a tokenizer's setting that isn't applied is refused by name`(_ field: String) throws {
    let error = #expect(throws: ModelConfigurationError.self) { try configuration(text: field) }
    #expect(error?.description.contains("text_cfg.tokenizer_") == true)
  }

  // MARK: Names

  @Test(arguments: ModelListTests.lines.filter { $0.refused == nil })
  func `a known model is OpenCLIP's`(_ line: ModelListTests.Line) throws {
    let known = try #require(KnownModels.configuration(line.name))
    #expect(known == (try ModelConfiguration(json: Data(line.json.utf8))))
  }

  @Test func `names are known or the nearest is named`() {
    #expect(Set(KnownModels.names) == Set(ModelListTests.lines.filter { $0.refused == nil }.map(\.name)))
    let error = #expect(throws: ModelConfigurationError.self) { try ModelConfiguration(named: "ViT-B32") }
    #expect(error?.description.contains("did you mean ViT-B-32?") == true)
  }
}

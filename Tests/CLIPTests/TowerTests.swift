import CLIP
import Engine
import Foundation
import TestSupport
import Testing

@Suite struct TowerTests {
  private let configuration: ModelConfiguration

  init() throws { configuration = try ModelConfiguration(path: Golden.path("tiny_clip.json")) }

  @Test func `locked towers learn what OpenCLIP's do`() throws {
    let json = try Data(contentsOf: URL(fileURLWithPath: Golden.path("tower_locks.json")))
    let expected = try JSONDecoder().decode([String: [[String]]].self, from: json)
    for tower in Tower.allCases {
      for (unlocked, names) in try #require(expected[tower.rawValue]).enumerated() {
        let locks = tower == .image ? TowerLocks(image: unlocked) : TowerLocks(text: unlocked)
        let learned = CLIPModel(configuration, locks: locks).parameters.learned
        #expect(learned.filter { $0.tower == tower }.map(\.name).sorted() == names, "\(tower), \(unlocked) groups")
        let others = CLIPModel(configuration).parameters.declarations.filter { $0.tower != tower }.map(\.name)
        #expect(learned.filter { $0.tower != tower }.map(\.name) == others && others.contains("logit_scale"))
      }
    }
  }

  /// A vision transformer with DeiT's token, of two blocks, and a BERT of two layers as `HFTextEncoder.lock` takes it.
  @Test func `groups of other encoders`() throws {
    let configuration = try ModelConfiguration(
      json: Data(
        """
        {"embed_dim": 8, "vision_cfg": {"image_size": 16, "patch_size": 8, "width": 16, "head_width": 8, "layers": 2,
           "distillation_token": true},
         "text_cfg": {"hf_model_name": "tiny", "context_length": 8, "hf_pooler_type": "cls_pooler",
           "hf_proj_type": "linear", "hf_model_config": {"num_hidden_layers": 2, "hidden_size": 16,
           "num_attention_heads": 2, "intermediate_size": 32, "vocab_size": 64}}}
        """.utf8))
    func locked(_ locks: TowerLocks, of names: [String]) -> [String] {
      let declarations = configuration.parameterLayout(locks: locks).declarations
      #expect(Set(names).isSubset(of: declarations.map(\.name)))
      return declarations.filter { !$0.learns && names.contains($0.name) }.map(\.name)
    }
    let bert = [
      "text.transformer.embeddings.word_embeddings.weight",
      "text.transformer.encoder.layer.0.attention.self.query.weight",
      "text.transformer.encoder.layer.1.output.dense.bias", "text.proj.weight", "logit_scale",
    ]
    for unlocked in 0...3 {
      #expect(locked(TowerLocks(text: unlocked), of: bert) == Array(bert.prefix(3 - unlocked)))
    }
    #expect(locked(TowerLocks(text: 0), of: ["text.transformer.pooler.dense.weight"]).count == 1)
    #expect(locked(TowerLocks(text: 1), of: ["text.transformer.pooler.dense.weight"]).isEmpty)
    let deit = [
      "visual.conv1.weight", "visual.transformer.resblocks.0.attn.out_proj.weight",
      "visual.transformer.resblocks.1.mlp.c_fc.weight", "visual.ln_post.weight", "visual.proj",
    ]
    for (unlocked, count) in [(0, 5), (1, 4), (2, 2), (3, 1), (4, 0)] {
      #expect(locked(TowerLocks(image: unlocked), of: deit) == Array(deit.prefix(count)))
    }
    let distilled = ["visual.dist_token", "visual.ln_post.weight", "visual.proj", "visual.proj_dist"]
    #expect(locked(TowerLocks(image: 1), of: distilled) == Array(distilled.prefix(2)))
    #expect(configuration.hasGroups(.image) && configuration.hasGroups(.text))
  }

  @Test(arguments: ConvolutionalTests.networks)
  func `a network of convolutions is locked whole, its running statistics too`(
    _ network: ConvolutionalTests.Network
  ) throws {
    let configuration = try ConvolutionalTests.configuration(network.vision, width: network.width)
    let declarations = configuration.parameterLayout(locks: TowerLocks(image: 0)).declarations
    #expect(declarations.allSatisfy { $0.learns == !$0.name.hasPrefix("visual.") })
    #expect(!configuration.hasGroups(.image) && configuration.hasGroups(.text))
  }

  private func saved(_ configuration: ModelConfiguration, seed: UInt64, _ body: (ModelDirectory) throws -> Void) throws
  {
    try temporaryDirectory { path in
      try ModelDirectory(path).save(CLIPModel(configuration, seed: seed))
      try body(ModelDirectory(path))
    }
  }

  private func values(_ model: CLIPModel, _ name: String) throws -> [Float] {
    let declaration = try #require(model.parameters.declarations.first { $0.name == name })
    return model.parameters.part(declaration, of: model.parameters.values).array
  }

  @Test(arguments: Tower.allCases, [false, true])
  func `a tower is taken whole, and the other stays`(_ tower: Tower, _ fromFile: Bool) throws {
    // The other tower and its settings aren't looked at.
    var other = configuration
    if tower == .image {
      other = try changed("\"layers\": 3", "\"layers\": 1")
    } else {
      other = try changed("\"layers\": 2", "\"layers\": 1")
    }
    try saved(other, seed: 5) { directory in
      let model = CLIPModel(configuration, seed: 6)
      try model.load(tower, from: fromFile ? directory.weightsPath : directory.path)
      let (theirs, before) = (try directory.load(), CLIPModel(configuration, seed: 6))
      for declaration in model.parameters.declarations {
        let source = declaration.tower == tower ? theirs : before
        #expect(try values(model, declaration.name) == values(source, declaration.name), "\(declaration.name)")
      }
      #expect(try values(model, "visual.proj") != values(tower == .image ? before : theirs, "visual.proj"))
    }
  }

  private func changed(_ text: String, _ other: String) throws -> ModelConfiguration {
    let json = try String(contentsOfFile: Golden.path("tiny_clip.json"), encoding: .utf8)
    return try ModelConfiguration(json: Data(json.replacing(text, with: other).utf8))
  }

  private func refusal(_ text: String, _ changed: String) throws -> String {
    let other = try self.changed(text, changed)
    var message = "no error"
    try saved(other, seed: 5) { directory in
      do { try CLIPModel(configuration, seed: 6).load(.image, from: directory.path) } catch { message = "\(error)" }
    }
    return message
  }

  @Test func `a tower of another shape is refused, with what differs`() throws {
    #expect(try refusal("\"layers\": 2", "\"layers\": 1").contains("lacks visual.transformer.resblocks.1."))
    #expect(try refusal("\"layers\": 2", "\"layers\": 4").contains("has in excess visual.transformer.resblocks.2."))
    let shape = try refusal("\"embed_dim\": 32", "\"embed_dim\": 40")
    #expect(shape.hasSuffix("it has visual.proj as [64, 40] ([64, 32] in the model)"), "\(shape)")
    #expect(throws: ModelDirectoryError.self) { try CLIPModel(configuration).load(.text, from: "/nowhere") }
  }
}

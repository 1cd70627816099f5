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
        let learned = CLIPModel(configuration, locks: locks).parameters.learned.map(\.name)
        #expect(learned.filter(tower.owns).sorted() == names, "\(tower), \(unlocked) groups")
        let other: Tower = tower == .image ? .text : .image
        let all = CLIPModel(configuration).parameters.declarations.map(\.name).filter(other.owns)
        #expect(learned.filter(other.owns) == all)
        #expect(learned.contains("logit_scale"))
      }
    }
  }

  /// By `HFTextEncoder.lock` and timm's names; a ResNet has no groups.
  @Test func `groups of other encoders`() {
    let bert = [
      "text.transformer.embeddings.word_embeddings.weight",
      "text.transformer.encoder.layer.0.attention.self.query.weight",
      "text.transformer.encoder.layer.1.output.dense.bias", "text.proj.weight",
    ]
    for unlocked in 0...3 {
      #expect(TowerLocks(text: unlocked).locked(bert + ["logit_scale"]) == Set(bert.prefix(3 - unlocked)))
    }
    let deit = [
      "visual.trunk.patch_embed.proj.weight", "visual.trunk.blocks.0.attn.proj.weight",
      "visual.trunk.blocks.1.mlp.fc1.weight", "visual.trunk.norm.weight", "visual.head.proj.weight",
    ]
    for (unlocked, locked) in [(0, 5), (1, 4), (2, 2), (3, 1), (4, 0)] {
      #expect(TowerLocks(image: unlocked).locked(deit) == Set(deit.prefix(locked)))
    }
    let distilled = ["visual.dist_token", "visual.ln_post.weight", "visual.proj", "visual.proj_dist"]
    #expect(TowerLocks(image: 1).locked(distilled) == Set(distilled.prefix(2)))
    let resNet = ["visual.conv1.weight", "visual.layer4.2.bn3.running_mean", "visual.attnpool.c_proj.weight"]
    #expect(TowerLocks(image: 0).locked(resNet + ["ln_final.weight"]) == Set(resNet))
    #expect(configuration.hasGroups(.image) && configuration.hasGroups(.text))
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
        let source = tower.owns(declaration.name) ? theirs : before
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

import CLIP
import Engine
import Foundation
import Testing

/// A tower in two parts is the tower.
@Suite struct ProjectedEncoderTests {
  private static let vit =
    #""vision_cfg": {"image_size": 16, "patch_size": 8, "width": 32, "head_width": 16, "layers": 2"#
  private static let gpt =
    #""text_cfg": {"context_length": 8, "vocab_size": 64, "width": 48, "heads": 2, "layers": 2"#
  private static let pooled = vit + #", "attentional_pool": true, "attn_pooler_queries": 3, "attn_pooler_heads": 2"#
  private static func bert(_ projection: String) -> String {
    #""text_cfg": {"hf_model_name": "tiny", "context_length": 8, "hf_pooler_type": "mean_pooler", "#
      + #""hf_proj_type": \#(projection), "hf_model_config": {"num_hidden_layers": 2, "hidden_size": 32, "#
      + #""num_attention_heads": 2, "intermediate_size": 32, "vocab_size": 64}"#
  }

  private static func configuration(_ width: Int, _ vision: String, _ text: String) throws -> ModelConfiguration {
    let custom = text.contains("embed_cls")
    return try ModelConfiguration(
      json: Data(#"{"embed_dim": \#(width), "custom_text": \#(custom), \#(vision)}, \#(text)}}"#.utf8))
  }

  static let models = [
    (24, vit, gpt), (24, vit + #", "pool_type": "avg""#, gpt + #", "proj_bias": true"#),
    (48, vit + #", "pool_type": "avg", "final_ln_after_pool": true"#, gpt + #", "proj_type": "none""#),
    (24, vit, bert(#""linear""#)), (24, vit, bert(#""mlp""#)), (32, vit, bert("null")),
    // CoCa's, and a pool as wide as the tower.
    (24, pooled, gpt + #", "embed_cls": true"#), (32, pooled, gpt),
  ]

  @Test(arguments: models, [Element.f32, .bf16])
  func `embeddings of states are those of the whole tower, to the bit`(
    _ model: (Int, String, String), _ element: Element
  ) throws {
    let clip = CLIPModel(try Self.configuration(model.0, model.1, model.2), seed: 3)
    clip.parameters.store(as: element)
    let pixels: [UInt8] = (0..<2304).map { (i: Int) in UInt8(truncatingIfNeeded: i * 37 ^ i / 48) }
    let tokens: [Int32] = (0..<24).map { (i: Int) in Int32(1 + i * 5 % 60) }
    let (pictures, texts) = (clip.imageStates(pixels), clip.textStates(tokens))
    #expect(pictures.shape == [3, clip.stateWidth(.image) ?? 0] && texts.shape == [3, clip.stateWidth(.text) ?? 0])
    #expect(clip.imageFeatures(ofStates: pictures).array == clip.imageFeatures(pixels).array)
    #expect(clip.textFeatures(ofStates: texts).array == clip.textFeatures(tokens).array)
    // As they are stored.
    let stored = Tensor(shape: texts.shape, texts.widened().array)
    #expect(clip.textFeatures(ofStates: stored).array == clip.textFeatures(tokens).array)
  }

  @Test func `what learns of a tower is nothing, its projection, or more`() throws {
    let both = try Self.configuration(24, Self.vit, Self.gpt)
    for tower in [Tower.image, .text] {
      for (groups, expected) in [(nil, LearningPart.more), (0, .nothing), (1, .projection), (2, .more)] {
        let locks = tower == .image ? TowerLocks(image: groups) : TowerLocks(text: groups)
        #expect(both.learningPart(of: tower, locks) == expected, "\(tower) \(groups ?? -1)")
      }
    }
    // CoCa's pool learns only where nothing is locked.
    let coca = try Self.configuration(24, Self.pooled, Self.gpt + #", "embed_cls": true"#)
    #expect(coca.stateWidth(of: .image) == 24 && coca.stateWidth(of: .text) == 48)
    for (groups, expected) in [(nil, LearningPart.more), (0, .nothing), (1, .projection), (2, .more)] {
      #expect(coca.learningPart(of: .image, TowerLocks(image: groups)) == expected, "\(groups ?? -1)")
    }
    // A Hugging Face encoder's projection always learns.
    let bert = try Self.configuration(24, Self.vit, Self.bert(#""linear""#))
    #expect(bert.learningPart(of: .text, TowerLocks(text: 0)) == .projection)
    #expect(bert.learningPart(of: .text, TowerLocks(text: 1)) == .more)
    let bare = try Self.configuration(32, Self.vit, Self.bert("null"))
    #expect(bare.learningPart(of: .text, TowerLocks(text: 0)) == .nothing)
    // A projection that isn't apart.
    let deit = try Self.configuration(24, Self.vit + #", "distillation_token": true"#, Self.gpt)
    #expect(deit.learningPart(of: .image, TowerLocks(image: 1)) == .more && deit.stateWidth(of: .image) == nil)
    let network = try Self.configuration(
      24, #""vision_cfg": {"image_size": 32, "arch": "vgg11_bn""#, Self.gpt)
    #expect(network.learningPart(of: .image, TowerLocks(image: 0)) == .nothing)
    #expect(network.stateWidth(of: .image) == nil && network.stateWidth(of: .text) == 48)
  }
}

import Foundation
import TestSupport
import Testing

extension CommandTests {
  /// CoCa's two encoders through the command.
  @Suite struct CoCaCommandTests {
    private static let model = """
      {"embed_dim": 16, "custom_text": true, "multimodal_cfg": {"width": 64, "heads": 1, "layers": 1},
       "vision_cfg": {"image_size": 32, "layers": 1, "width": 64, "patch_size": 16, "attentional_pool": true,
                      "attn_pooler_queries": 4, "attn_pooler_heads": 2, "output_tokens": true},
       "text_cfg": {"context_length": 16, "vocab_size": 514, "width": 64, "heads": 1, "layers": 2, "embed_cls": true,
                    "output_tokens": true}}
      """

    @Test func `train the same on any workers, resume, and serve without a decoder`() throws {
      try SmallRun.make { small in
        try small.write("model.json", Self.model)
        try small.expectSameBytes(["batch.chunk=2", "parallel.lanes=4"])
        let checkpoint = small.output.checkpoint(4)
        let text = try String(contentsOfFile: checkpoint + "/open_clip_config.json", encoding: .utf8)
        #expect(!text.contains("multimodal_cfg") && text.contains("embed_cls"))
        try requireSuccess(
          diagonal("eval", "retrieval", "--model", checkpoint, "--data", small.path("train.tar"), "--json"))
        let refused = try diagonal("convert", checkpoint, small.path("hf"), "--format", "hugging-face")
        expectRefusal(refused, "CLIPModel", "attn_pool")
      }
    }

    @Test func `are listed by name`() throws {
      let listed = try diagonal("models").stdout
      for name in ["coca_base", "coca_roberta-ViT-B-32", "coca_ViT-B-32", "coca_ViT-L-14"] {
        #expect(listed.contains(name), "\(name)")
      }
    }
  }
}

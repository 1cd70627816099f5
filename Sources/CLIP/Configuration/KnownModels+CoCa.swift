/// The two encoders of CoCa's models of OpenCLIP's list; their decoders aren't built.
extension KnownModels {
  static let coCaNames = ["coca_base", "coca_roberta-ViT-B-32", "coca_ViT-B-32", "coca_ViT-L-14"]

  /// The fields of one of them; nil for another name.
  static func coCaFields(_ name: String) -> [String: Any]? {
    let (embedding, pictures, texts): (Int, [String: Any], [String: Any])
    switch name {
    case "coca_base":
      (embedding, pictures) = (512, ["image_size": 288, "patch_size": 18, "layers": 12, "width": 768])
      texts = self.texts(width: 768).merging(["vocab_size": 64_000]) { $1 }
    case "coca_roberta-ViT-B-32":
      (embedding, pictures) = (512, base)
      texts = ["hf_model_name": "roberta-base", "hf_tokenizer_name": "roberta-base", "hf_proj_type": "linear"]
    case "coca_ViT-B-32": (embedding, pictures, texts) = (512, base.merging(pool) { $1 }, self.texts(width: 512))
    case "coca_ViT-L-14":
      let large: [String: Any] = ["image_size": 224, "patch_size": 14, "layers": 24, "width": 1024]
      (embedding, pictures, texts) = (768, large.merging(pool) { $1 }, self.texts(width: 768))
    default: return nil
    }
    return ["embed_dim": embedding, "custom_text": true, "vision_cfg": pictures, "text_cfg": texts]
  }

  private static var base: [String: Any] { ["image_size": 224, "patch_size": 32, "layers": 12, "width": 768] }
  private static var pool: [String: Any] { ["attentional_pool": true, "attn_pooler_heads": 8] }

  private static func texts(width: Int) -> [String: Any] {
    [
      "context_length": 76, "vocab_size": 49_408, "width": width, "heads": width / 64, "layers": 12, "embed_cls": true,
    ]
  }
}

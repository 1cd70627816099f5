import Foundation

/// Reads Hugging Face's `config.json` of a `SiglipModel`.
///
/// - Source: transformers, `configuration_siglip.py`, `modeling_siglip.py`.
enum SiglipConfiguration {
  static let type = "siglip"

  /// What it leaves out has transformers' default.
  ///
  /// - Parameter cleaning: of the tokenizer beside, see `SiglipCleaning`.
  static func read(_ fields: JSONFields, _ path: String, cleaning: String) throws -> ModelConfiguration {
    let (vision, text) = (try tower(fields, "vision"), try tower(fields, "text"))
    let width = try vision.integer("hidden_size", default: 768)
    let openCLIP: [String: Any] = [
      "embed_dim": width, "init_logit_bias": -10, "custom_text": true, "vision_cfg": try pictures(vision, width),
      "text_cfg": try texts(text, embeddingWidth: width, cleaning),
    ]
    return try ModelConfiguration(json: JSONSerialization.data(withJSONObject: openCLIP), from: path)
  }

  /// A tower that a file of SigLIP's defaults may leave out.
  private static func tower(_ fields: JSONFields, _ name: String) throws(HuggingFaceError) -> JSONFields {
    try fields.has("\(name)_config") ? HuggingFaceConfiguration.tower(fields, name) : fields.empty("\(name)_config")
  }

  private static func pictures(_ fields: JSONFields, _ width: Int) throws -> [String: Any] {
    guard try fields.integer("num_channels", default: 3) == 3 else { throw fields.wrong("num_channels", "3") }
    guard try fields.truth("vision_use_head", default: true) else { throw fields.wrong("vision_use_head", "true") }
    guard try Float(fields.number("layer_norm_eps", default: 1e-6)) == TimmVisionTransformer.epsilon else {
      throw fields.wrong("layer_norm_eps", "1e-06")
    }
    let heads = try fields.integer("num_attention_heads", default: 12)
    _ = try HuggingFaceConfiguration.headWidth(fields, width, heads: heads)
    let sizes = TimmViTSizes(
      patchSize: try fields.side("patch_size", default: 16), width: width,
      layers: try fields.integer("num_hidden_layers", default: 12), heads: heads,
      mlpRatio: try mlpRatio(fields, width), try hasTanh(fields) ? .tanhGELU : .gelu)
    let side = try fields.side("image_size", default: 224)
    let known: [String: Any] = ["image_size": side, "timm_pool": "map", "timm_proj": "none"]
    if let name = sizes.name(imageSize: side) { return known.merging(["timm_model_name": name]) { $1 } }
    let own = try JSONSerialization.jsonObject(with: JSONEncoder().encode(sizes))
    return known.merging(["timm_model_name": "vit_siglip", "timm_model_config": own]) { $1 }
  }

  private static func texts(_ fields: JSONFields, embeddingWidth: Int, _ cleaning: String) throws -> [String: Any] {
    let width = try fields.integer("hidden_size", default: 768)
    guard try fields.integer("projection_size", default: width) == embeddingWidth else {
      throw fields.wrong("projection_size", "vision_config's hidden_size, \(embeddingWidth),")
    }
    let heads = try fields.integer("num_attention_heads", default: 12)
    _ = try HuggingFaceConfiguration.headWidth(fields, width, heads: heads)
    var texts: [String: Any] = [
      "context_length": try fields.integer("max_position_embeddings", default: 64),
      "vocab_size": try fields.integer("vocab_size", default: 32000), "width": width, "heads": heads,
      "layers": try fields.integer("num_hidden_layers", default: 12), "mlp_ratio": try mlpRatio(fields, width),
      "no_causal_mask": true, "pool_type": "last", "proj_bias": true,
      "norm_kwargs": ["eps": try fields.number("layer_norm_eps", default: 1e-6)],
      "tokenizer_kwargs": ["clean": cleaning],
    ]
    if try hasTanh(fields) { texts["act_kwargs"] = ["approximate": "tanh"] }
    return texts
  }

  /// timm and OpenCLIP say 3.7362 for 1152 and 4304, where the quotient is as good.
  private static func mlpRatio(_ fields: JSONFields, _ width: Int) throws(HuggingFaceError) -> Double {
    let inner = try fields.integer("intermediate_size", default: 3072)
    if width == 1152, inner == 4304 { return 3.7362 }
    return try HuggingFaceConfiguration.mlpRatio(fields, width, inner)
  }

  private static func hasTanh(_ fields: JSONFields) throws(HuggingFaceError) -> Bool {
    switch try fields.text("hidden_act", default: "gelu_pytorch_tanh") {
    case "gelu_pytorch_tanh", "gelu_new": true
    case "gelu": false
    default: throw fields.wrong("hidden_act", "gelu_pytorch_tanh or gelu")
    }
  }
}

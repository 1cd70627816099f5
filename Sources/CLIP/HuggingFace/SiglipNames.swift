extension HuggingFaceNames {
  /// Where Hugging Face's `SiglipModel` keeps a parameter of OpenCLIP's SigLIP; nil for one that it has no place for.
  ///
  ///     attn_pool.q [width, width], attn_pool.kv [2·width, width]  =  head.attention.in_proj [3·width, width], in parts
  ///
  /// - Source: transformers, `modeling_siglip.py`; its `convert_siglip_to_hf.py`.
  init?(siglip name: String) {
    let pool = "visual.trunk.attn_pool."
    for (own, thirds) in [("q.", 0..<1), ("kv.", 1..<3)] where name.hasPrefix(pool + own) {
      let ending = name.dropFirst(pool.count + own.count)
      self.init(parts: ["vision_model.head.attention.in_proj_\(ending)"], thirds: thirds)
      return
    }
    guard let parts = Self.siglipWhole[name] ?? Self.siglipLayer(name) ?? Self.siglipBlock(name) else { return nil }
    self.init(parts: parts, dropsFirst: name == "visual.trunk.pos_embed", addsFirst: name.hasPrefix("logit_"))
  }

  private static let siglipWhole = [
    "logit_scale": ["logit_scale"], "logit_bias": ["logit_bias"],
    "visual.trunk.pos_embed": ["vision_model.embeddings.position_embedding.weight"],
    "visual.trunk.attn_pool.latent": ["vision_model.head.probe"],
    "text.token_embedding.weight": ["text_model.embeddings.token_embedding.weight"],
    "text.positional_embedding": ["text_model.embeddings.position_embedding.weight"],
  ]

  /// Layers outside the blocks, without their `.weight` and `.bias`.
  private static let siglipLayers = [
    "visual.trunk.patch_embed.proj": "vision_model.embeddings.patch_embedding",
    "visual.trunk.norm": "vision_model.post_layernorm",
    "visual.trunk.attn_pool.proj": "vision_model.head.attention.out_proj",
    "visual.trunk.attn_pool.norm": "vision_model.head.layernorm",
    "visual.trunk.attn_pool.mlp.fc1": "vision_model.head.mlp.fc1",
    "visual.trunk.attn_pool.mlp.fc2": "vision_model.head.mlp.fc2",
    "text.ln_final": "text_model.final_layer_norm", "text.text_projection": "text_model.head",
  ]

  private static func siglipLayer(_ name: String) -> [String]? {
    guard let dot = name.lastIndex(of: "."), let theirs = siglipLayers[String(name[..<dot])] else { return nil }
    return [theirs + name[dot...]]
  }

  private static func siglipBlock(_ name: String) -> [String]? {
    if name.hasPrefix("text.") { return Self.parts(String(name.dropFirst("text.".count))) }
    let prefix = "visual.trunk.blocks."
    guard name.hasPrefix(prefix) else { return nil }
    let path = name.dropFirst(prefix.count).split(separator: ".", maxSplits: 1)
    guard path.count == 2, let dot = path[1].lastIndex(of: "."), let theirs = siglipInBlock[String(path[1][..<dot])]
    else { return nil }
    return theirs.map { "vision_model.encoder.layers.\(path[0]).\($0)\(path[1][dot...])" }
  }

  private static let siglipInBlock = [
    "norm1": ["layer_norm1"], "norm2": ["layer_norm2"],
    "attn.qkv": ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"], "attn.proj": ["self_attn.out_proj"],
    "mlp.fc1": ["mlp.fc1"], "mlp.fc2": ["mlp.fc2"],
  ]
}

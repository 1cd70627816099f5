/// Where Hugging Face's `CLIPModel` keeps what OpenCLIP keeps in one parameter.
///
///     in_proj [3·width, width]  =  q_proj, k_proj, v_proj, one below the other
///     proj [width, embed]       =  visual_projection.weight [embed, width], transposed
///
/// - Source: transformers, `modeling_clip.py`; its `convert_clip_original_pytorch_to_hf.py`.
struct HuggingFaceNames {
  /// The names of the tensors that make up the parameter, of equal shapes, one below the other.
  let parts: [String]
  let transposed: Bool
  /// Which thirds of the one tensor's rows are the parameter; nil for all.
  let thirds: Range<Int>?
  /// Whether theirs lacks the parameter's first dimension, which is 1.
  let dropsFirst: Bool
  /// Whether theirs is written with a first dimension more, which is 1; read, it may lack it.
  let addsFirst: Bool

  init(
    parts: [String], transposed: Bool = false, thirds: Range<Int>? = nil, dropsFirst: Bool = false,
    addsFirst: Bool = false
  ) {
    (self.parts, self.transposed, self.thirds) = (parts, transposed, thirds)
    (self.dropsFirst, self.addsFirst) = (dropsFirst, addsFirst)
  }

  /// The place of a parameter, by its name; nil for one that `CLIPModel` has no place for.
  init?(of name: String) {
    // OpenCLIP's own text tower stands below `text` where the model says custom_text.
    let name = name.hasPrefix("text.") ? String(name.dropFirst("text.".count)) : name
    if let whole = Self.transposed[name] {
      self.init(parts: [whole], transposed: true)
    } else if let parts = Self.parts(name) {
      self.init(parts: parts)
    } else {
      return nil
    }
  }

  /// The tensors that hold a parameter of this shape.
  func tensors(_ shape: [Int]) -> [WantedTensor] {
    var shape = transposed ? shape.reversed() : shape
    if parts.count > 1 { shape[0] /= parts.count }
    if dropsFirst { shape.removeFirst() }
    if let thirds { shape[0] = shape[0] / thirds.count * 3 }
    return parts.map { WantedTensor(name: $0, shape: shape) }
  }

  /// Whether a tensor is of no account: older transformers also saved the positions' numbers, 0, 1, 2, ….
  static func isNoParameter(_ name: String) -> Bool { name.hasSuffix(".embeddings.position_ids") }

  private static let transposed = [
    "visual.proj": "visual_projection.weight", "text_projection": "text_projection.weight",
  ]

  private static let single = [
    "logit_scale": "logit_scale",
    "visual.conv1.weight": "vision_model.embeddings.patch_embedding.weight",
    "visual.class_embedding": "vision_model.embeddings.class_embedding",
    "visual.positional_embedding": "vision_model.embeddings.position_embedding.weight",
    // The spelling is theirs.
    "visual.ln_pre.weight": "vision_model.pre_layrnorm.weight",
    "visual.ln_pre.bias": "vision_model.pre_layrnorm.bias",
    "visual.ln_post.weight": "vision_model.post_layernorm.weight",
    "visual.ln_post.bias": "vision_model.post_layernorm.bias",
    "token_embedding.weight": "text_model.embeddings.token_embedding.weight",
    "positional_embedding": "text_model.embeddings.position_embedding.weight",
    "ln_final.weight": "text_model.final_layer_norm.weight",
    "ln_final.bias": "text_model.final_layer_norm.bias",
  ]

  private static let inBlock = [
    "ln_1": ["layer_norm1"], "ln_2": ["layer_norm2"],
    "attn.in_proj": ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"],
    "attn.out_proj": ["self_attn.out_proj"], "mlp.c_fc": ["mlp.fc1"], "mlp.c_proj": ["mlp.fc2"],
  ]

  static func parts(_ name: String) -> [String]? {
    if let whole = single[name] { return [whole] }
    for (prefix, theirs) in [
      ("visual.transformer.resblocks.", "vision_model.encoder.layers."),
      ("transformer.resblocks.", "text_model.encoder.layers."),
    ] where name.hasPrefix(prefix) {
      let rest = name.dropFirst(prefix.count).split(separator: ".", maxSplits: 1)
      guard rest.count == 2 else { return nil }
      return block(String(rest[1]))?.map { theirs + "\(rest[0])." + $0 }
    }
    return nil
  }

  /// What a block's parameter is called; `attn.in_proj_weight` has an underscore where the others have a dot.
  private static func block(_ name: String) -> [String]? {
    for ending in ["weight", "bias"] where name.hasSuffix(ending) {
      return inBlock[String(name.dropLast(ending.count + 1))]?.map { "\($0).\(ending)" }
    }
    return nil
  }
}

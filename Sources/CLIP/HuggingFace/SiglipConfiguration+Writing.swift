import Foundation

extension SiglipConfiguration {
  /// The fields of a `config.json`.
  ///
  /// - Parameter dtype: PyTorch's name of the weights' type.
  /// - Throws: the names of the fields that say what `SiglipConfig` can't.
  static func fields(of configuration: ModelConfiguration, dtype: String) throws -> [String: Any] {
    guard let pictures = configuration.vision.tower as? ModelConfiguration.TimmViT,
      let texts = configuration.text.tower as? ModelConfiguration.GPT
    else { throw HuggingFaceError.noWords(class: "SiglipModel", fields: ["text_cfg.hf_model_name"]) }
    let (sizes, fields) = (pictures.sizes, texts.transformer)
    let isTanh = fields.activation.approximate == .tanh
    let said: [String: Any] = [
      "architectures": ["SiglipModel"], "model_type": type, "dtype": dtype,
      "vision_config": tower(
        "vision", width: sizes.width, layers: sizes.layers, heads: sizes.heads, mlpWidth: sizes.mlpWidth,
        isTanh: sizes.activation == .tanhGELU, epsilon: 1e-6,
        ["image_size": pictures.imageSize, "patch_size": sizes.patchSize, "num_channels": 3]),
      "text_config": tower(
        "text", width: fields.width, layers: fields.layers, heads: texts.heads, mlpWidth: fields.mlpWidth,
        isTanh: isTanh, epsilon: fields.norm.epsilon,
        [
          "vocab_size": texts.vocabularySize, "max_position_embeddings": texts.contextLength,
          "projection_size": configuration.embeddingWidth, "pad_token_id": 1, "eos_token_id": 1,
        ]),
    ]
    try requireSame(configuration, as: said)
    return said
  }

  private static func tower(
    _ name: String, width: Int, layers: Int, heads: Int, mlpWidth: Int, isTanh: Bool, epsilon: Double,
    _ others: [String: Any]
  ) -> [String: Any] {
    let fields: [String: Any] = [
      "model_type": "siglip_\(name)_model", "hidden_size": width, "num_hidden_layers": layers,
      "num_attention_heads": heads, "intermediate_size": mlpWidth, "attention_dropout": 0,
      "hidden_act": isTanh ? "gelu_pytorch_tanh" : "gelu", "layer_norm_eps": NSDecimalNumber(string: "\(epsilon)"),
    ]
    return fields.merging(others) { $1 }
  }

  /// Throws unless what is said makes the same model; how it begins, and what only training knows, aside.
  private static func requireSame(_ configuration: ModelConfiguration, as said: [String: Any]) throws {
    // As a file has them: the nearest number to a decimal is found on the way.
    let written = try JSONSerialization.jsonObject(with: JSONSerialization.data(withJSONObject: said))
    let again = try read(
      JSONFields(path: "config.json", fields: written as? [String: Any] ?? [:]), "config.json",
      cleaning: SiglipCleaning.usual)
    var wanted = configuration
    (wanted.initialLogScale, wanted.text.tokenizer) = (nil, again.text.tokenizer)
    if wanted.initialLogBias != nil { wanted.initialLogBias = again.initialLogBias }
    if var pictures = wanted.vision.tower as? ModelConfiguration.TimmViT,
      let others = again.vision.tower as? ModelConfiguration.TimmViT
    {
      pictures.patchDropout = 0
      if pictures.sizes.mlpWidth == others.sizes.mlpWidth { pictures.sizes.mlpRatio = others.sizes.mlpRatio }
      wanted.vision = ModelConfiguration.Vision(pictures)
    }
    if var texts = wanted.text.tower as? ModelConfiguration.GPT,
      let others = again.text.tower as? ModelConfiguration.GPT
    {
      if texts.transformer.mlpWidth == others.transformer.mlpWidth {
        texts.transformer.mlpRatio = others.transformer.mlpRatio
      }
      wanted.text = ModelConfiguration.Text(texts)
    }
    let (mine, theirs) = (wanted.fields, again.fields)
    let lost = Set(mine.keys).union(theirs.keys).filter {
      mine[$0] != theirs[$0] && !["vision_cfg.timm_model_name", "quick_gelu"].contains($0)
    }
    guard lost.isEmpty, !configuration.quickGELU else {
      throw HuggingFaceError.noWords(
        class: "SiglipModel", fields: lost.sorted() + (configuration.quickGELU ? ["quick_gelu"] : []))
    }
  }
}

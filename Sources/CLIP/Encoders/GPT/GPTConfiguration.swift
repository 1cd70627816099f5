extension ModelConfiguration {
  /// OpenCLIP's own text transformer, causal by default.
  public struct GPT: TowerConfiguration {
    /// Which position's state is the text's.
    public enum Pooling: String, Codable, Sendable, CaseIterable {
      /// Where the largest id is.
      case largest = "argmax"
      /// Where `eos_id` first is.
      case end = "eos"
      case first, last
    }

    public enum Projection: String, Codable, Sendable, CaseIterable { case linear, none }

    public var contextLength: Int
    public var vocabularySize: Int
    public var width: Int
    public var heads: Int
    public var layers: Int
    public var mlpRatio: Double
    /// Every position sees all others, padding included.
    public var bidirectional: Bool
    public var pooling: Pooling
    public var endToken: Int
    public var projection: Projection
    public var projectionHasBias: Bool
    /// What layer scale starts from; nil for none.
    public var layerScale: Double?
    public var tokenizer: TokenizerFields
    var activation: ActivationSettings
    var norm: NormSettings

    public var mlpWidth: Int { Int(Double(width) * mlpRatio) }

    enum CodingKeys: String, CodingKey, CaseIterable {
      case contextLength = "context_length"
      case vocabularySize = "vocab_size"
      case width, heads, layers
      case mlpRatio = "mlp_ratio"
      case bidirectional = "no_causal_mask"
      case pooling = "pool_type"
      case endToken = "eos_id"
      case projection = "proj_type"
      case projectionHasBias = "proj_bias"
      case layerScale = "ls_init_value"
      case activation = "act_kwargs"
      case norm = "norm_kwargs"
    }

    public init(from decoder: any Decoder) throws {
      // Without a class token padding isn't masked, so pad_id says nothing; OpenCLIP reads no final_ln_after_pool here.
      try decoder.refuseFields(
        outside: CodingKeys.self, off: customBlockFields.union(["embed_cls", "output_tokens", "final_ln_after_pool"]),
        ignored: TokenizerFields.names.union(["pad_id"]))
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      contextLength = try fields.value(.contextLength, or: 77)
      vocabularySize = try fields.value(.vocabularySize, or: 49408)
      width = try fields.value(.width, or: 512)
      heads = try fields.value(.heads, or: 8)
      layers = try fields.value(.layers, or: 12)
      mlpRatio = try fields.value(.mlpRatio, or: 4)
      bidirectional = try fields.value(.bidirectional, or: false)
      pooling = try fields.choice(.pooling, or: .largest)
      endToken = try fields.value(.endToken, or: 2)
      projection = try fields.choice(.projection, or: .linear)
      projectionHasBias = try fields.value(.projectionHasBias, or: false)
      layerScale = try fields.decodeIfPresent(Double.self, forKey: .layerScale)
      activation = try fields.value(.activation, or: ActivationSettings())
      norm = try fields.value(.norm, or: NormSettings())
      tokenizer = try TokenizerFields(from: decoder)
    }

    public func encode(to encoder: any Encoder) throws {
      var fields = encoder.container(keyedBy: CodingKeys.self)
      try fields.encode(contextLength, forKey: .contextLength)
      try fields.encode(vocabularySize, forKey: .vocabularySize)
      try fields.encode(width, forKey: .width)
      try fields.encode(heads, forKey: .heads)
      try fields.encode(layers, forKey: .layers)
      try fields.encode(mlpRatio, forKey: .mlpRatio)
      try fields.encode(bidirectional, unless: false, .bidirectional)
      try fields.encode(pooling, unless: .largest, .pooling)
      try fields.encode(endToken, unless: 2, .endToken)
      try fields.encode(projection, unless: .linear, .projection)
      try fields.encode(projectionHasBias, unless: false, .projectionHasBias)
      try fields.encodeIfPresent(layerScale, forKey: .layerScale)
      try fields.encode(activation, unless: ActivationSettings(), .activation)
      try fields.encode(norm, unless: NormSettings(), .norm)
      try tokenizer.encode(to: encoder)
    }

    func validate(_ path: String) throws(ModelConfigurationError) {
      let check = FieldChecks(path: path)
      try check.sizes([
        ("context_length", contextLength), ("vocab_size", vocabularySize), ("width", width), ("heads", heads),
      ])
      try check.sizes([("layers", layers)], upTo: FieldChecks.mostLayers)
      try check.holds("context_length", contextLength, "room for start and end, 2", contextLength >= 2)
      try check.ratio("mlp_ratio", mlpRatio, of: width)
      try check.divides("width", width, "heads", heads)
      let widest = FieldChecks.widestHead
      try check.holds("heads", heads, "enough for heads of \(widest) numbers at most", width / heads <= widest)
      if pooling == .end {
        try check.holds("eos_id", endToken, "a token, 0 to \(vocabularySize - 1)", 0..<vocabularySize ~= endToken)
      }
      try check.holds("norm_kwargs.eps", norm.epsilon, "above 0 and below 1", norm.epsilon > 0 && norm.epsilon < 1)
    }

    func parameterCounts(embeddingWidth: Int) -> [ParameterCount] {
      let width = Double(width)
      return [
        ("vocab_size", Double(vocabularySize) * width), ("context_length", Double(contextLength) * width),
        ("layers", blockCount(layers: layers, width: self.width, mlpWidth: mlpWidth)),
        ("width", projection == .none ? 0 : width * Double(embeddingWidth)),
      ]
    }
  }
}

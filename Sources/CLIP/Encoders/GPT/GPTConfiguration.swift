extension ModelConfiguration {
  /// OpenCLIP's own text transformer, causal by default, and with a class token CoCa's.
  public struct GPT: TextTower {
    /// Which position's state is the text's.
    public enum Pooling: String, Codable, Sendable, CaseIterable {
      /// The first position with the largest id.
      case largest = "argmax"
      /// The first position with `eos_id`.
      case end = "eos"
      case first, last
    }

    public enum Projection: String, Codable, Sendable, CaseIterable { case linear, none }

    public var contextLength: Int
    public var vocabularySize: Int
    public var transformer: TransformerFields
    public var heads: Int
    /// Whether every position sees all others, padding included.
    public var bidirectional: Bool
    public var pooling: Pooling
    public var endToken: Int
    public var projection: Projection
    public var projectionHasBias: Bool
    public var tokenizer: TokenizerFields
    /// Whether a learned token behind the text is read; then `pooling` says nothing.
    public var classToken: Bool
    /// What fills texts up, which a class token doesn't see; 0 without one.
    public var padding: Int

    /// Positions of a text with its class token.
    var places: Int { contextLength + (classToken ? 1 : 0) }

    enum CodingKeys: String, CodingKey, CaseIterable {
      case contextLength = "context_length"
      case vocabularySize = "vocab_size"
      case heads
      case bidirectional = "no_causal_mask"
      case pooling = "pool_type"
      case endToken = "eos_id"
      case projection = "proj_type"
      case projectionHasBias = "proj_bias"
      case classToken = "embed_cls"
      case padding = "pad_id"
    }

    public init(from decoder: any Decoder) throws {
      // OpenCLIP reads no final_ln_after_pool here, and nobody asks for tokens.
      try decoder.refuseFields(
        outside: CodingKeys.self,
        off: TransformerFields.customBlockNames.union(["final_ln_after_pool", "hf_model_name"]),
        ignored: TransformerFields.names.union(TokenizerFields.names).union([
          "output_tokens", "hf_model_pretrained", "hf_proj_type", "hf_pooler_type",
        ]))
      transformer = try TransformerFields(from: decoder, width: 512)
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      contextLength = try fields.value(.contextLength, or: 77)
      vocabularySize = try fields.value(.vocabularySize, or: 49408)
      heads = try fields.value(.heads, or: 8)
      bidirectional = try fields.value(.bidirectional, or: false)
      pooling = try fields.choice(.pooling, or: .largest)
      endToken = try fields.value(.endToken, or: 2)
      projection = try fields.choice(.projection, or: .linear)
      projectionHasBias = try fields.value(.projectionHasBias, or: false)
      tokenizer = try TokenizerFields(from: decoder)
      classToken = try fields.value(.classToken, or: false)
      // Without a class token padding isn't masked.
      padding = classToken ? try fields.value(.padding, or: 0) : 0
    }

    public func encode(to encoder: any Encoder) throws {
      try transformer.encode(to: encoder)
      var fields = encoder.container(keyedBy: CodingKeys.self)
      try fields.encode(contextLength, forKey: .contextLength)
      try fields.encode(vocabularySize, forKey: .vocabularySize)
      try fields.encode(heads, forKey: .heads)
      try fields.encode(bidirectional, unless: false, .bidirectional)
      try fields.encode(pooling, unless: .largest, .pooling)
      try fields.encode(endToken, unless: 2, .endToken)
      try fields.encode(projection, unless: .linear, .projection)
      try fields.encode(projectionHasBias, unless: false, .projectionHasBias)
      try fields.encode(classToken, unless: false, .classToken)
      try fields.encode(padding, unless: 0, .padding)
      try tokenizer.encode(to: encoder)
    }

    package func validate(_ path: String) throws(ModelConfigurationError) {
      let (check, width) = (FieldChecks(path: path), transformer.width)
      try transformer.validate(check)
      try check.sizes([("context_length", contextLength), ("vocab_size", vocabularySize), ("heads", heads)])
      try check.holds("context_length", contextLength, "room for start and end, 2", contextLength >= 2)
      try check.divides("width", width, "heads", heads)
      let widest = FieldChecks.widestHead
      try check.holds("heads", heads, "enough for heads of \(widest) numbers at most", width / heads <= widest)
      try check.holds("pad_id", padding, "a token, 0 to \(vocabularySize - 1)", 0..<vocabularySize ~= padding)
      if pooling == .end && !classToken {
        try check.holds("eos_id", endToken, "a token, 0 to \(vocabularySize - 1)", 0..<vocabularySize ~= endToken)
      }
    }

    package func validate(_ path: String, in model: ModelConfiguration) throws(ModelConfigurationError) {
      let (width, embeddingWidth) = (transformer.width, model.embeddingWidth)
      if projection == .none {
        try FieldChecks(path: path).holds(
          "width", width, "embed_dim, \(embeddingWidth), without a projection", width == embeddingWidth)
      }
      // OpenCLIP's CLIP without it leaves the class token out.
      try FieldChecks(path: path).holds(
        "embed_cls", classToken, "false without custom_text", model.customText || !classToken)
      try transformer.validate(path, in: model)
    }
  }
}

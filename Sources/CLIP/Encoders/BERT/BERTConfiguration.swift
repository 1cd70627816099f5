extension ModelConfiguration {
  /// A Hugging Face BERT or RoBERTa behind OpenCLIP's adapter.
  ///
  /// - Source: OpenCLIP's `HFTextEncoder`.
  public struct BERT: TextTower {
    public enum Pooling: String, Codable, Sendable, CaseIterable {
      case mean = "mean_pooler"
      /// The first state through BERT's own pooler.
      case pooled = "cls_pooler"
      case first = "cls_last_hidden_state_pooler"
    }

    public enum Projection: String, Codable, Sendable, CaseIterable { case linear, mlp }

    public var name: String
    public var contextLength: Int
    public var pooling: Pooling
    /// From a state to an embedding; nil where the state is one, being as wide.
    public var projection: Projection?
    public var tokenizer: TokenizerFields
    /// The named model's own configuration. OpenCLIP downloads it; ours is known by the name or stands in the JSON.
    public var sizes: BERTSizes

    enum CodingKeys: String, CodingKey, CaseIterable {
      case name = "hf_model_name"
      case contextLength = "context_length"
      case pooling = "hf_pooler_type"
      case projection = "hf_proj_type"
      case sizes = "hf_model_config"
    }

    /// Fields of OpenCLIP's own text transformer, which this tower doesn't read, and whether tokens are given too.
    private static let unread: Set = ["vocab_size", "width", "heads", "layers", "hf_model_pretrained", "output_tokens"]

    public init(from decoder: any Decoder) throws {
      try decoder.refuseFields(
        outside: CodingKeys.self, ignored: TokenizerFields.names.union(Self.unread))
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      name = try fields.decode(String.self, forKey: .name)
      contextLength = try fields.value(.contextLength, or: 77)
      pooling = try fields.choice(.pooling, or: .mean)
      let hasProjection = try !fields.contains(.projection) || !fields.decodeNil(forKey: .projection)
      projection = hasProjection ? try fields.choice(.projection, or: .mlp) : nil
      tokenizer = try TokenizerFields(from: decoder)
      guard let sizes = try fields.decodeIfPresent(BERTSizes.self, forKey: .sizes) ?? BERTSizes.known[name] else {
        throw decoder.unsupported("hf_model_name \(name) without hf_model_config")
      }
      self.sizes = sizes
    }

    public func encode(to encoder: any Encoder) throws {
      var fields = encoder.container(keyedBy: CodingKeys.self)
      try fields.encode(name, forKey: .name)
      try fields.encode(contextLength, forKey: .contextLength)
      try fields.encode(pooling, forKey: .pooling)
      // A null, since OpenCLIP takes what is left out for an mlp.
      try fields.encode(projection, forKey: .projection)
      if BERTSizes.known[name] != sizes { try fields.encode(sizes, forKey: .sizes) }
      try tokenizer.encode(to: encoder)
    }

    package func validate(_ path: String) throws(ModelConfigurationError) {
      let check = FieldChecks(path: path)
      try sizes.validate(path + "hf_model_config.")
      try check.holds(
        "context_length", contextLength, "2 to the model's positions, \(sizes.positions)",
        2...sizes.positions ~= contextLength)
    }

    package func validate(_ path: String, in model: ModelConfiguration) throws(ModelConfigurationError) {
      guard projection == nil else { return }
      let (width, embeddingWidth) = (sizes.width, model.embeddingWidth)
      try FieldChecks(path: path).holds(
        "hidden_size", width, "embed_dim, \(embeddingWidth), without a projection", width == embeddingWidth)
    }
  }
}

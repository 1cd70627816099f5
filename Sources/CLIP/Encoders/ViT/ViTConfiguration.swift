extension ModelConfiguration {
  /// OpenCLIP's own vision transformer, with an attentional pool CoCa's, and with a distillation token DeiT.
  public struct ViT: ImageTower {
    public enum Pooling: String, Codable, Sendable, CaseIterable {
      case classToken = "tok"
      /// The mean of the states of all patches.
      case average = "avg"
    }

    public enum Positions: String, Codable, Sendable, CaseIterable {
      case learned = "learnable"
      /// Fixed sines and cosines of row and column.
      case sines = "sin_cos_2d"
    }

    public var imageSize: Int
    public var transformer: TransformerFields
    public var headWidth: Int
    public var patchSize: Int
    public var pooling: Pooling
    public var positions: Positions
    /// Whether states are pooled before the last norm rather than after it.
    public var poolsFirst: Bool
    public var skipsNormBefore: Bool
    /// The part of the patches that a training step leaves out.
    public var patchDropout: Double
    /// Whether there is a second token with its own projection, for distillation. The field is ours: OpenCLIP has none.
    public var distillationToken: Bool
    /// Whether both tokens' unit features, of half the embedding's width each, stand side by side in an embedding, which
    /// is their mean otherwise. The field is ours too.
    public var joinsTokens: Bool
    /// Whether learned queries attend to the states; of their results the first is the picture's.
    public var attentionalPool: Bool
    public var poolQueries: Int
    public var poolHeads: Int

    public var heads: Int { transformer.width / headWidth }
    /// Patches along a picture's side.
    public var grid: Int { imageSize / patchSize }
    /// Patches in a picture.
    public var patchCount: Int { grid * grid }
    /// Learned tokens that stand before the patches.
    public var tokenCount: Int { distillationToken ? 2 : 1 }

    enum CodingKeys: String, CodingKey, CaseIterable {
      case imageSize = "image_size"
      case headWidth = "head_width"
      case patchSize = "patch_size"
      case pooling = "pool_type"
      case positions = "pos_embed_type"
      case poolsFirst = "final_ln_after_pool"
      case skipsNormBefore = "no_ln_pre"
      case patchDropout = "patch_dropout"
      case distillationToken = "distillation_token"
      case joinsTokens = "joins_tokens"
      case attentionalPool = "attentional_pool"
      case poolQueries = "attn_pooler_queries"
      case poolHeads = "attn_pooler_heads"
    }

    /// Whether tokens are given too, which nobody here asks for.
    private static let unread: Set = ["output_tokens"]

    public init(from decoder: any Decoder) throws {
      try decoder.refuseFields(
        outside: CodingKeys.self,
        off: TransformerFields.customBlockNames,
        ignored: TransformerFields.names.union(ModelConfiguration.timmNames).union(Self.unread))
      transformer = try TransformerFields(from: decoder, width: 768)
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      imageSize = try fields.side(.imageSize, or: 224)
      headWidth = try fields.value(.headWidth, or: 64)
      patchSize = try fields.value(.patchSize, or: 16)
      pooling = try fields.choice(.pooling, or: .classToken)
      positions = try fields.choice(.positions, or: .learned)
      poolsFirst = try fields.value(.poolsFirst, or: false)
      skipsNormBefore = try fields.value(.skipsNormBefore, or: false)
      patchDropout = try fields.value(.patchDropout, or: 0)
      distillationToken = try fields.value(.distillationToken, or: false)
      joinsTokens = try fields.value(.joinsTokens, or: false)
      // A text is another way of pooling, which OpenCLIP calls untested.
      if let way = try? fields.decode(String.self, forKey: .attentionalPool) {
        throw decoder.unsupported("attentional_pool \(way)")
      }
      attentionalPool = try fields.value(.attentionalPool, or: false)
      poolQueries = attentionalPool ? try fields.value(.poolQueries, or: 256) : 256
      poolHeads = attentionalPool ? try fields.value(.poolHeads, or: 8) : 8
    }

    public func encode(to encoder: any Encoder) throws {
      try transformer.encode(to: encoder)
      var fields = encoder.container(keyedBy: CodingKeys.self)
      try fields.encode(imageSize, forKey: .imageSize)
      try fields.encode(headWidth, forKey: .headWidth)
      try fields.encode(patchSize, forKey: .patchSize)
      try fields.encode(pooling, unless: .classToken, .pooling)
      try fields.encode(positions, unless: .learned, .positions)
      try fields.encode(poolsFirst, unless: false, .poolsFirst)
      try fields.encode(skipsNormBefore, unless: false, .skipsNormBefore)
      try fields.encode(patchDropout, unless: 0, .patchDropout)
      try fields.encode(distillationToken, unless: false, .distillationToken)
      try fields.encode(joinsTokens, unless: false, .joinsTokens)
      try fields.encode(attentionalPool, unless: false, .attentionalPool)
      try fields.encode(poolQueries, unless: 256, .poolQueries)
      try fields.encode(poolHeads, unless: 8, .poolHeads)
    }

    package func validate(_ path: String) throws(ModelConfigurationError) {
      let (check, width) = (FieldChecks(path: path), transformer.width)
      try transformer.validate(check)
      try check.sizes([("head_width", headWidth), ("patch_size", patchSize)])
      try check.sizes([("image_size", imageSize)], upTo: FieldChecks.largestSide)
      try check.divides("image_size", imageSize, "patch_size", patchSize)
      try check.divides("width", width, "head_width", headWidth)
      // Only then its last block attends to one query.
      if pooling == .classToken && !distillationToken && !attentionalPool {
        let widest = FieldChecks.widestHead
        try check.holds("head_width", headWidth, "at most \(widest) with pool_type tok", headWidth <= widest)
      }
      try check.holds("patch_dropout", patchDropout, "at least 0 and below 1", 0..<1 ~= patchDropout)
      if positions == .sines { try check.divides("width", width, "4 for sines and cosines", 4) }
      if distillationToken {
        try check.holds("pool_type", pooling.rawValue, "tok with a distillation token", pooling == .classToken)
        try check.holds("pos_embed_type", positions.rawValue, "learnable with it", positions == .learned)
      }
      try check.holds(
        "joins_tokens", joinsTokens, "false without a distillation token", distillationToken || !joinsTokens)
      if attentionalPool {
        try check.holds("pool_type", pooling.rawValue, "tok with attentional_pool", pooling == .classToken)
        try check.holds("distillation_token", true, "false with attentional_pool", !distillationToken)
        try check.sizes([("attn_pooler_queries", poolQueries), ("attn_pooler_heads", poolHeads)])
      }
    }

    package func validate(_ path: String, in model: ModelConfiguration) throws(ModelConfigurationError) {
      try transformer.validate(path, in: model)
      let (check, width) = (FieldChecks(path: path), model.embeddingWidth)
      try check.holds("joins_tokens", joinsTokens, "false, or embed_dim even", !joinsTokens || width % 2 == 0)
      guard attentionalPool else { return }
      let widest = FieldChecks.widestHead
      try check.holds(
        "attn_pooler_heads", poolHeads, "a divisor of embed_dim, \(width), of \(widest) numbers a head at most",
        width % poolHeads == 0 && width / poolHeads <= widest)
    }
  }
}

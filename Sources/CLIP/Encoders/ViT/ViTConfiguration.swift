extension ModelConfiguration {
  /// OpenCLIP's own vision transformer, and with a distillation token DeiT.
  public struct ViT: TowerConfiguration {
    public enum Pooling: String, Codable, Sendable, CaseIterable {
      case classToken = "tok"
      /// The mean of all patches.
      case average = "avg"
    }

    public enum Positions: String, Codable, Sendable, CaseIterable {
      case learned = "learnable"
      /// Fixed sines and cosines of row and column.
      case sines = "sin_cos_2d"
    }

    public var imageSize: Int
    public var layers: Int
    public var width: Int
    public var headWidth: Int
    public var mlpRatio: Double
    public var patchSize: Int
    public var pooling: Pooling
    public var positions: Positions
    /// Pools before the last norm rather than after it.
    public var poolsFirst: Bool
    public var skipsNormBefore: Bool
    /// What layer scale starts from; nil for none.
    public var layerScale: Double?
    /// Fraction of the patches that a training step leaves out.
    public var patchDropout: Double
    /// A second token with its own projection, for distillation. Ours: OpenCLIP has no such field.
    public var distillationToken: Bool
    var activation: ActivationSettings
    var norm: NormSettings

    public var heads: Int { width / headWidth }
    public var mlpWidth: Int { Int(Double(width) * mlpRatio) }
    /// Patches of a picture's side.
    public var grid: Int { imageSize / patchSize }
    /// Patches of a picture.
    public var patchCount: Int { grid * grid }
    /// Learned tokens before the patches.
    public var tokenCount: Int { distillationToken ? 2 : 1 }

    enum CodingKeys: String, CodingKey, CaseIterable {
      case imageSize = "image_size"
      case layers, width
      case headWidth = "head_width"
      case mlpRatio = "mlp_ratio"
      case patchSize = "patch_size"
      case pooling = "pool_type"
      case positions = "pos_embed_type"
      case poolsFirst = "final_ln_after_pool"
      case skipsNormBefore = "no_ln_pre"
      case layerScale = "ls_init_value"
      case patchDropout = "patch_dropout"
      case distillationToken = "distillation_token"
      case activation = "act_kwargs"
      case norm = "norm_kwargs"
    }

    public init(from decoder: any Decoder) throws {
      try decoder.refuseFields(
        outside: CodingKeys.self, off: customBlockFields.union(["attentional_pool", "output_tokens"]),
        ignored: ["attn_pooler_queries", "attn_pooler_heads"])
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      imageSize = try fields.value(.imageSize, or: 224)
      layers = try fields.value(.layers, or: 12)
      width = try fields.value(.width, or: 768)
      headWidth = try fields.value(.headWidth, or: 64)
      mlpRatio = try fields.value(.mlpRatio, or: 4)
      patchSize = try fields.value(.patchSize, or: 16)
      pooling = try fields.choice(.pooling, or: .classToken)
      positions = try fields.choice(.positions, or: .learned)
      poolsFirst = try fields.value(.poolsFirst, or: false)
      skipsNormBefore = try fields.value(.skipsNormBefore, or: false)
      layerScale = try fields.decodeIfPresent(Double.self, forKey: .layerScale)
      patchDropout = try fields.value(.patchDropout, or: 0)
      distillationToken = try fields.value(.distillationToken, or: false)
      activation = try fields.value(.activation, or: ActivationSettings())
      norm = try fields.value(.norm, or: NormSettings())
    }

    public func encode(to encoder: any Encoder) throws {
      var fields = encoder.container(keyedBy: CodingKeys.self)
      try fields.encode(imageSize, forKey: .imageSize)
      try fields.encode(layers, forKey: .layers)
      try fields.encode(width, forKey: .width)
      try fields.encode(headWidth, forKey: .headWidth)
      try fields.encode(mlpRatio, forKey: .mlpRatio)
      try fields.encode(patchSize, forKey: .patchSize)
      try fields.encode(pooling, unless: .classToken, .pooling)
      try fields.encode(positions, unless: .learned, .positions)
      try fields.encode(poolsFirst, unless: false, .poolsFirst)
      try fields.encode(skipsNormBefore, unless: false, .skipsNormBefore)
      try fields.encodeIfPresent(layerScale, forKey: .layerScale)
      try fields.encode(patchDropout, unless: 0, .patchDropout)
      try fields.encode(distillationToken, unless: false, .distillationToken)
      try fields.encode(activation, unless: ActivationSettings(), .activation)
      try fields.encode(norm, unless: NormSettings(), .norm)
    }

    func validate(_ path: String) throws(ModelConfigurationError) {
      let check = FieldChecks(path: path)
      try check.sizes([("width", width), ("head_width", headWidth), ("patch_size", patchSize)])
      try check.sizes([("image_size", imageSize)], upTo: FieldChecks.largestSide)
      try check.sizes([("layers", layers)], upTo: FieldChecks.mostLayers)
      try check.ratio("mlp_ratio", mlpRatio, of: width)
      try check.divides("image_size", imageSize, "patch_size", patchSize)
      try check.divides("width", width, "head_width", headWidth)
      // Only then its last block attends to one query.
      if pooling == .classToken && !distillationToken {
        let widest = FieldChecks.widestHead
        try check.holds("head_width", headWidth, "at most \(widest) with pool_type tok", headWidth <= widest)
      }
      try check.holds("patch_dropout", patchDropout, "at least 0 and below 1", 0..<1 ~= patchDropout)
      try check.holds("norm_kwargs.eps", norm.epsilon, "above 0 and below 1", norm.epsilon > 0 && norm.epsilon < 1)
      if positions == .sines { try check.divides("width", width, "4 for sines and cosines", 4) }
      if distillationToken {
        try check.holds("pool_type", pooling.rawValue, "tok with a distillation token", pooling == .classToken)
        try check.holds("pos_embed_type", positions.rawValue, "learnable with it", positions == .learned)
      }
    }

    func parameterCounts(embeddingWidth: Int) -> [ParameterCount] {
      let (width, patch, tokens) = (Double(width), Double(patchSize), Double(tokenCount))
      return [
        ("patch_size", 3 * patch * patch * width), ("image_size", (2 * tokens + Double(patchCount)) * width),
        ("layers", blockCount(layers: layers, width: self.width, mlpWidth: mlpWidth)),
        ("width", tokens * width * Double(embeddingWidth)),
      ]
    }
  }
}

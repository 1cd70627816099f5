extension ModelConfiguration {
  /// OpenCLIP's own text transformer, causal by default.
  public struct GPT: TowerConfiguration {
    public var contextLength: Int
    public var vocabularySize: Int
    public var width: Int
    public var heads: Int
    public var layers: Int
    public var mlpRatio: Double

    public var mlpWidth: Int { Int(Double(width) * mlpRatio) }

    enum CodingKeys: String, CodingKey, CaseIterable {
      case contextLength = "context_length"
      case vocabularySize = "vocab_size"
      case width, heads, layers
      case mlpRatio = "mlp_ratio"
    }

    public init(from decoder: any Decoder) throws {
      try decoder.refuseFields(outside: CodingKeys.self)
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      contextLength = try fields.decodeIfPresent(Int.self, forKey: .contextLength) ?? 77
      vocabularySize = try fields.decodeIfPresent(Int.self, forKey: .vocabularySize) ?? 49408
      width = try fields.decodeIfPresent(Int.self, forKey: .width) ?? 512
      heads = try fields.decodeIfPresent(Int.self, forKey: .heads) ?? 8
      layers = try fields.decodeIfPresent(Int.self, forKey: .layers) ?? 12
      mlpRatio = try fields.decodeIfPresent(Double.self, forKey: .mlpRatio) ?? 4
    }

    func validate(_ path: String) throws(ModelConfigurationError) {
      let check = FieldChecks(path: path)
      try check.sizes([
        ("context_length", contextLength), ("vocab_size", vocabularySize), ("width", width), ("heads", heads),
        ("layers", layers),
      ])
      if contextLength < 2 {
        throw .value(field: path + "context_length", found: "\(contextLength)", expected: "room for start and end, 2")
      }
      try check.ratio("mlp_ratio", mlpRatio, of: width)
      try check.divides("width", width, "heads", heads)
    }
  }
}

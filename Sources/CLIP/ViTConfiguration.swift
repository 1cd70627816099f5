extension ModelConfiguration {
  /// OpenCLIP's own vision transformer.
  public struct ViT: TowerConfiguration {
    public var imageSize: Int
    public var layers: Int
    public var width: Int
    public var headWidth: Int
    public var mlpRatio: Double
    public var patchSize: Int

    public var heads: Int { width / headWidth }
    public var mlpWidth: Int { Int(Double(width) * mlpRatio) }
    /// Patches of a picture.
    public var patchCount: Int { (imageSize / patchSize) * (imageSize / patchSize) }

    enum CodingKeys: String, CodingKey, CaseIterable {
      case imageSize = "image_size"
      case layers, width
      case headWidth = "head_width"
      case mlpRatio = "mlp_ratio"
      case patchSize = "patch_size"
    }

    public init(from decoder: any Decoder) throws {
      try decoder.refuseFields(outside: CodingKeys.self)
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      imageSize = try fields.decodeIfPresent(Int.self, forKey: .imageSize) ?? 224
      layers = try fields.decodeIfPresent(Int.self, forKey: .layers) ?? 12
      width = try fields.decodeIfPresent(Int.self, forKey: .width) ?? 768
      headWidth = try fields.decodeIfPresent(Int.self, forKey: .headWidth) ?? 64
      mlpRatio = try fields.decodeIfPresent(Double.self, forKey: .mlpRatio) ?? 4
      patchSize = try fields.decodeIfPresent(Int.self, forKey: .patchSize) ?? 16
    }

    func validate(_ path: String) throws(ModelConfigurationError) {
      let check = FieldChecks(path: path)
      try check.sizes([
        ("image_size", imageSize), ("layers", layers), ("width", width), ("head_width", headWidth),
        ("patch_size", patchSize),
      ])
      try check.ratio("mlp_ratio", mlpRatio, of: width)
      try check.divides("image_size", imageSize, "patch_size", patchSize)
      try check.divides("width", width, "head_width", headWidth)
    }
  }
}

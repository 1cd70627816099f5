extension ModelConfiguration {
  /// CLIP's own ResNet, which OpenCLIP builds where `layers` is a list.
  public struct ModifiedResNet: ImageTower {
    public var imageSize: Int
    /// How many blocks each of the four stages has.
    public var layers: [Int]
    /// Channels after the stem.
    public var width: Int
    public var headWidth: Int
    /// Null in OpenCLIP's files: there are no patches.
    private var patchSize: Int?

    /// Channels after the last stage.
    public var outputWidth: Int { width * 32 }
    public var heads: Int { outputWidth / headWidth }
    /// Points along a side after the last stage.
    public var outputSize: Int { imageSize / 32 }

    enum CodingKeys: String, CodingKey, CaseIterable {
      case imageSize = "image_size"
      case layers, width
      case headWidth = "head_width"
      case patchSize = "patch_size"
    }

    public init(from decoder: any Decoder) throws {
      try decoder.refuseFields(outside: CodingKeys.self, ignored: ModelConfiguration.timmNames)
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      imageSize = try fields.side(.imageSize, or: 224)
      layers = try fields.decode([Int].self, forKey: .layers)
      width = try fields.decodeIfPresent(Int.self, forKey: .width) ?? 64
      headWidth = try fields.decodeIfPresent(Int.self, forKey: .headWidth) ?? 64
      patchSize = try fields.decodeIfPresent(Int.self, forKey: .patchSize)
      if patchSize != nil { throw decoder.unsupported("patch_size") }
    }

    package func validate(_ path: String) throws(ModelConfigurationError) {
      let check = FieldChecks(path: path)
      guard layers.count == 4 else {
        throw .value(field: path + "layers", found: "\(layers)", expected: "four numbers, one for each stage")
      }
      try check.sizes([("width", width), ("head_width", headWidth)])
      try check.sizes([("image_size", imageSize)], upTo: FieldChecks.largestSide)
      try check.sizes(layers.map { ("layers", $0) }, upTo: FieldChecks.mostLayers)
      try check.sizes([("width", width * 32)])
      try check.divides("image_size", imageSize, "the stages' reduction", 32)
      try check.divides("width", width, "the stem's halves", 2)
      try check.divides("width", width * 32, "head_width, after 32-fold widening", headWidth)
      let widest = FieldChecks.widestHead
      try check.holds("head_width", headWidth, "at most \(widest)", headWidth <= widest)
    }
  }
}

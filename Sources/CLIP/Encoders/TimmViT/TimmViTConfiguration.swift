extension ModelConfiguration {
  /// timm's vision transformer with a latent query that pools the patches, behind OpenCLIP's adapter: SigLIP's.
  ///
  /// - Source: OpenCLIP's `TimmModel`; Zhai et al., “Sigmoid loss for language image pre-training”, 2023.
  public struct TimmViT: ImageTower {
    /// timm's name for the sizes and the pictures' side; where it has none, the one that was read.
    public private(set) var name: String
    public var imageSize: Int { didSet { name = sizes.name(imageSize: imageSize) ?? name } }
    /// What the name stands for, or a field of ours says, `timm_model_config`.
    public var sizes: TimmViTSizes
    /// The part of the patches that a training step leaves out.
    public var patchDropout: Double

    /// Patches along a picture's side; what is left at its right and below isn't read.
    public var grid: Int { imageSize / sizes.patchSize }
    public var patchCount: Int { grid * grid }

    enum CodingKeys: String, CodingKey, CaseIterable {
      case name = "timm_model_name"
      case imageSize = "image_size"
      case sizes = "timm_model_config"
      case pool = "timm_pool"
      case projection = "timm_proj"
      case isPretrained = "timm_model_pretrained"
      case patchDropout = "patch_dropout"
      case drop = "timm_drop"
      case dropPath = "timm_drop_path"
    }

    /// Fields of OpenCLIP's own transformer, which it doesn't read beside a name of timm's.
    private static let unread = TransformerFields.names.union(["head_width", "patch_size"])

    public init(from decoder: any Decoder) throws {
      try decoder.refuseFields(outside: CodingKeys.self, off: ["timm_proj_bias"], ignored: Self.unread)
      let fields = try decoder.container(keyedBy: CodingKeys.self)
      name = try fields.decode(String.self, forKey: .name)
      let known = TimmViTSizes.known(name)
      guard let sizes = try fields.decodeIfPresent(TimmViTSizes.self, forKey: .sizes) ?? known?.sizes else {
        throw decoder.unsupported("timm_model_name \(name)")
      }
      self.sizes = sizes
      imageSize = try fields.side(.imageSize, or: 224)
      patchDropout = try fields.value(.patchDropout, or: 0)
      for (key, standard, built) in [(CodingKeys.pool, "avg", "map"), (.projection, "linear", "none")] {
        let found = try fields.value(key, or: standard)
        guard found == built else { throw decoder.unsupported("\(key.stringValue) \(found)") }
      }
      for key in [CodingKeys.drop, .dropPath] {
        if try fields.value(key, or: 0.0) != 0 { throw decoder.unsupported(key.stringValue) }
      }
      if try fields.value(.isPretrained, or: false) { throw decoder.unsupported(CodingKeys.isPretrained.stringValue) }
      if let known, !fields.contains(.sizes), known.imageSize != imageSize {
        throw ModelConfigurationError.value(
          field: "vision_cfg.image_size", found: "\(imageSize)", expected: "\(name)'s, \(known.imageSize)")
      }
    }

    public func encode(to encoder: any Encoder) throws {
      var fields = encoder.container(keyedBy: CodingKeys.self)
      try fields.encode(imageSize, forKey: .imageSize)
      try fields.encode(name, forKey: .name)
      try fields.encode(false, forKey: .isPretrained)
      try fields.encode("map", forKey: .pool)
      try fields.encode("none", forKey: .projection)
      try fields.encode(patchDropout, unless: 0, .patchDropout)
      // OpenCLIP doesn't know the field, and refuses a model that it would build otherwise.
      if sizes.name(imageSize: imageSize) != name { try fields.encode(sizes, forKey: .sizes) }
    }

    package func validate(_ path: String) throws(ModelConfigurationError) {
      let check = FieldChecks(path: path)
      try sizes.validate(path + "timm_model_config.")
      try check.sizes([("image_size", imageSize)], upTo: FieldChecks.largestSide)
      try check.holds("image_size", imageSize, "a patch's side at least, \(sizes.patchSize)", grid > 0)
      try check.holds("patch_dropout", patchDropout, "at least 0 and below 1", 0..<1 ~= patchDropout)
    }

    package func validate(_ path: String, in model: ModelConfiguration) throws(ModelConfigurationError) {
      let (width, embeddingWidth) = (sizes.width, model.embeddingWidth)
      try FieldChecks(path: path).holds(
        "timm_model_config.embed_dim", width, "embed_dim, \(embeddingWidth), without a projection",
        width == embeddingWidth)
    }
  }
}

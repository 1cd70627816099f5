extension ModelConfiguration {
  /// Fields of towers that timm builds; they say nothing where `timm_model_name` is null.
  static let timmNames: Set = [
    "timm_model_name", "timm_model_pretrained", "timm_pool", "timm_proj", "timm_proj_bias", "timm_drop",
    "timm_drop_path",
  ]

  /// The image tower: one of several kinds, told apart by their fields as OpenCLIP does.
  public struct Vision: Codable, Sendable, Equatable {
    /// The fields of its kind.
    package var tower: any ImageTower

    package init(_ tower: any ImageTower) { self.tower = tower }

    public init(from decoder: any Decoder) throws {
      tower = try Self.kind(decoder).init(from: decoder)
    }

    private static func kind(_ decoder: any Decoder) throws -> any ImageTower.Type {
      let kinds = EncoderKinds.image
      guard try decoder.has("arch") else { return try kinds.first { try $0.isMeant(by: decoder) } ?? ViT.self }
      let name = try decoder.text("arch")
      guard let kind = kinds.first(where: { $0.architectures.contains(name) }) else {
        let names = kinds.flatMap { $0.architectures }.joined(separator: ", ")
        throw ModelConfigurationError.value(field: "vision_cfg.arch", found: name, expected: "one of \(names)")
      }
      return kind
    }

    public func encode(to encoder: any Encoder) throws { try tower.encode(to: encoder) }

    public static func == (a: Vision, b: Vision) -> Bool { a.tower.equals(b.tower) }

    /// Pixels of a picture's side.
    public var imageSize: Int {
      get { tower.imageSize }
      set { tower.imageSize = newValue }
    }

    /// The fewest pictures that a chunk's batch statistics can be taken of: two numbers a channel where it is
    /// narrowest.
    public var smallestChunk: Int { tower.smallestChunk }

    /// Whether its work is convolutions rather than a transformer's products.
    public var isConvolutional: Bool { tower.isConvolutional }
  }

  /// The text tower: one of several kinds, told apart by their fields as OpenCLIP does.
  public struct Text: Codable, Sendable, Equatable {
    /// The fields of its kind.
    package var tower: any TextTower

    package init(_ tower: any TextTower) { self.tower = tower }

    public init(from decoder: any Decoder) throws {
      let kind = try EncoderKinds.text.first { try $0.isMeant(by: decoder) } ?? GPT.self
      tower = try kind.init(from: decoder)
    }

    public func encode(to encoder: any Encoder) throws { try tower.encode(to: encoder) }

    public static func == (a: Text, b: Text) -> Bool { a.tower.equals(b.tower) }

    /// Tokens of a caption, padding included.
    public var contextLength: Int {
      get { tower.contextLength }
      set { tower.contextLength = newValue }
    }

    public var vocabularySize: Int { tower.vocabularySize }

    /// Which tokenizer it is read by, as OpenCLIP says it.
    public var tokenizer: TokenizerFields {
      get { tower.tokenizer }
      set { tower.tokenizer = newValue }
    }

    /// Whether a step may leave numbers out (`Pass.dropoutShare`). Places are numbered up to 255, three a layer.
    public var hasDropout: Bool { (tower as? BERT).map { $0.sizes.layers <= 85 } ?? false }

    /// What fills a caption up to the context's length.
    public var padToken: Int32 { tower.padToken }

    /// A token that ends a caption made up of smaller ones.
    public var someEndToken: Int32 { tower.someEndToken }

    /// Whether OpenCLIP reads it by its own tokenizer with OpenAI's vocabulary.
    public var readsOpenAIVocabulary: Bool { tower is GPT && vocabularySize == 49_408 && tokenizer.name == nil }

    /// What keeps this encoder from reading a tokenizer's captions, in words; nil where they suit it.
    ///
    /// - Parameters:
    ///   - ids: how many the tokenizer has.
    ///   - padding: what fills its captions.
    ///   - last: what ends them.
    public func objection(ids: Int, padding: Int32, last: Int32) -> String? {
      tower.objection(ids: ids, padding: padding, last: last)
    }
  }
}

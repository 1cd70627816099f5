import Engine

extension ModelConfiguration {
  /// The image tower: one of several kinds, told apart by their fields as OpenCLIP does.
  public enum Vision: Codable, Sendable, Equatable {
    case vit(ViT)
    case modifiedResNet(ModifiedResNet)
    case convolutional(Convolutional)

    public init(from decoder: any Decoder) throws {
      if try decoder.has("timm_model_name") { throw decoder.unsupported("timm_model_name") }
      if try decoder.has("arch") {
        self = .convolutional(try Convolutional(from: decoder))
      } else if try decoder.container(keyedBy: ViT.CodingKeys.self).isList(.layers) {
        self = .modifiedResNet(try ModifiedResNet(from: decoder))
      } else {
        self = .vit(try ViT(from: decoder))
      }
    }

    public func encode(to encoder: any Encoder) throws { try tower.encode(to: encoder) }

    var tower: any TowerConfiguration {
      switch self {
      case .vit(let fields): fields
      case .modifiedResNet(let fields): fields
      case .convolutional(let fields): fields
      }
    }

    /// Pixels of a picture's side.
    public var imageSize: Int {
      get {
        switch self {
        case .vit(let fields): fields.imageSize
        case .modifiedResNet(let fields): fields.imageSize
        case .convolutional(let fields): fields.imageSize
        }
      }
      set {
        switch self {
        case .vit(var fields):
          fields.imageSize = newValue
          self = .vit(fields)
        case .modifiedResNet(var fields):
          fields.imageSize = newValue
          self = .modifiedResNet(fields)
        case .convolutional(var fields):
          fields.imageSize = newValue
          self = .convolutional(fields)
        }
      }
    }

    /// The fewest pictures that a chunk's batch statistics can be taken of: two numbers a channel where it is narrowest.
    public var smallestChunk: Int {
      switch self {
      case .modifiedResNet(let fields): fields.outputSize > 1 ? 1 : 2
      case .convolutional(let fields): fields.smallestSide > 1 ? 1 : 2
      case .vit: 1
      }
    }

    func encoder(_ at: Scope, _ model: ModelConfiguration) -> any ImageEncoder {
      switch self {
      case .vit(let fields): VisionTransformer(at, fields, model)
      case .modifiedResNet(let fields): CLIP.ModifiedResNet(at, fields, embeddingWidth: model.embeddingWidth)
      case .convolutional(let fields): fields.encoder(at, embeddingWidth: model.embeddingWidth)
      }
    }
  }

  /// The text tower: one of several kinds, told apart by their fields as OpenCLIP does.
  public enum Text: Codable, Sendable, Equatable {
    case gpt(GPT)
    case bert(BERT)

    public init(from decoder: any Decoder) throws {
      self = try decoder.has("hf_model_name") ? .bert(BERT(from: decoder)) : .gpt(GPT(from: decoder))
    }

    public func encode(to encoder: any Encoder) throws { try tower.encode(to: encoder) }

    var tower: any TowerConfiguration {
      switch self {
      case .gpt(let fields): fields
      case .bert(let fields): fields
      }
    }

    /// Tokens of a caption, padding included.
    public var contextLength: Int {
      get {
        switch self {
        case .gpt(let fields): fields.contextLength
        case .bert(let fields): fields.contextLength
        }
      }
      set {
        switch self {
        case .gpt(var fields):
          fields.contextLength = newValue
          self = .gpt(fields)
        case .bert(var fields):
          fields.contextLength = newValue
          self = .bert(fields)
        }
      }
    }

    public var vocabularySize: Int {
      switch self {
      case .gpt(let fields): fields.vocabularySize
      case .bert(let fields): fields.sizes.vocabularySize
      }
    }

    /// What fills a caption up to the context's length.
    public var padToken: Int32 {
      switch self {
      case .gpt: 0
      case .bert(let fields): Int32(fields.sizes.padToken)
      }
    }

    /// What keeps this encoder from reading a tokenizer's captions, in words; nil where they suit it.
    ///
    /// - Parameters:
    ///   - ids: how many the tokenizer has.
    ///   - padding: what fills its captions.
    ///   - last: what ends them.
    public func objection(ids: Int, padding: Int32, last: Int32) -> String? {
      switch self {
      case .bert where padding != padToken: "it pads with \(padding), the model's pad_token_id is \(padToken)"
      case .gpt(let fields) where fields.pooling == .largest && Int(last) != ids - 1:
        "it ends texts with \(last) of \(ids) ids, the model reads them at the largest"
      case .gpt(let fields) where fields.pooling == .end && Int(last) != fields.endToken:
        "it ends texts with \(last), the model's eos_id is \(fields.endToken)"
      default: nil
      }
    }

    /// A token that ends a caption made up of smaller ones.
    public var someEndToken: Int32 {
      if case .gpt(let fields) = self, fields.pooling == .end { return Int32(fields.endToken) }
      return Int32(vocabularySize - 1)
    }

    func encoder(_ root: Scope, _ model: ModelConfiguration) -> any TextEncoder {
      switch self {
      case .gpt(let fields): TextTransformer(model.customText ? root / "text" : root, fields, model)
      // OpenCLIP takes a Hugging Face tower for custom whatever the configuration says.
      case .bert(let fields): BERTEncoder(root / "text", fields, embeddingWidth: model.embeddingWidth)
      }
    }
  }
}

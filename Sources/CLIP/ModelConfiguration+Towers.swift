import Engine

extension ModelConfiguration {
  /// The image tower: one of several kinds, told apart by their fields as OpenCLIP does.
  public enum Vision: Codable, Sendable, Equatable {
    case vit(ViT)
    case modifiedResNet(ModifiedResNet)
    case convolutional(Convolutional)

    public init(from decoder: any Decoder) throws {
      let fields = try decoder.container(keyedBy: AnyKey.self)
      if fields.contains("arch") {
        self = .convolutional(try Convolutional(from: decoder))
      } else if (try? fields.nestedUnkeyedContainer(forKey: "layers")) != nil {
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
      switch self {
      case .vit(let fields): fields.imageSize
      case .modifiedResNet(let fields): fields.imageSize
      case .convolutional(let fields): fields.imageSize
      }
    }

    func encoder(_ at: Scope, _ model: ModelConfiguration) -> any ImageEncoder {
      switch self {
      case .vit(let fields):
        VisionTransformer(at, fields, embeddingWidth: model.embeddingWidth, activation: model.activation)
      case .modifiedResNet(let fields): CLIP.ModifiedResNet(at, fields, embeddingWidth: model.embeddingWidth)
      case .convolutional(let fields): fields.encoder(at, embeddingWidth: model.embeddingWidth)
      }
    }
  }

  /// The text tower: one of several kinds, told apart by their fields as OpenCLIP does.
  public enum Text: Codable, Sendable, Equatable {
    case gpt(GPT)

    public init(from decoder: any Decoder) throws { self = .gpt(try GPT(from: decoder)) }

    public func encode(to encoder: any Encoder) throws { try tower.encode(to: encoder) }

    var tower: any TowerConfiguration {
      switch self {
      case .gpt(let fields): fields
      }
    }

    /// Tokens of a caption, padding included.
    public var contextLength: Int {
      switch self {
      case .gpt(let fields): fields.contextLength
      }
    }

    public var vocabularySize: Int {
      switch self {
      case .gpt(let fields): fields.vocabularySize
      }
    }

    func encoder(_ at: Scope, _ model: ModelConfiguration) -> any TextEncoder {
      switch self {
      case .gpt(let fields):
        TextTransformer(at, fields, embeddingWidth: model.embeddingWidth, activation: model.activation)
      }
    }
  }

  var activation: Activation { quickGELU ? .quickGELU : .gelu }
}

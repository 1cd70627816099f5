import Engine

extension ModelConfiguration {
  /// The image tower: one of several kinds, told apart by their fields as OpenCLIP does.
  public enum Vision: Codable, Sendable, Equatable {
    case vit(ViT)

    public init(from decoder: any Decoder) throws { self = .vit(try ViT(from: decoder)) }

    public func encode(to encoder: any Encoder) throws { try tower.encode(to: encoder) }

    var tower: any TowerConfiguration {
      switch self {
      case .vit(let fields): fields
      }
    }

    /// Pixels of a picture's side.
    public var imageSize: Int {
      switch self {
      case .vit(let fields): fields.imageSize
      }
    }

    func encoder(_ at: Scope, _ model: ModelConfiguration) -> any ImageEncoder {
      switch self {
      case .vit(let fields):
        VisionTransformer(at, fields, embeddingWidth: model.embeddingWidth, activation: model.activation)
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

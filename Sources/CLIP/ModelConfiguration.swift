import Foundation

/// A model as OpenCLIP's JSON describes it.
///
/// - Source: OpenCLIP's `model_configs/*.json`; `CLIPVisionCfg` and `CLIPTextCfg` in its `model.py`.
public struct ModelConfiguration: Codable, Sendable, Equatable {
  /// Numbers in an embedding.
  public var embeddingWidth: Int
  /// OpenAI's approximation of GELU in both towers.
  public var quickGELU: Bool
  public var vision: Vision
  public var text: Text

  public struct Vision: Codable, Sendable, Equatable {
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
  }

  public struct Text: Codable, Sendable, Equatable {
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
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case embeddingWidth = "embed_dim"
    case quickGELU = "quick_gelu"
    case vision = "vision_cfg"
    case text = "text_cfg"
  }
}

/// What is wrong with a model's configuration.
public enum ModelConfigurationError: Error, CustomStringConvertible {
  case unreadable(path: String, reason: String)
  case unsupported(field: String)
  case value(field: String, found: String, expected: String)

  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "\(path): can't be read as a model configuration: \(reason)"
    case .unsupported(let field):
      "the model configuration has the field \(field), which isn't supported; remove it or choose another model"
    case .value(let field, let found, let expected): "\(field) of the model is \(found); expected \(expected)"
    }
  }
}

// OpenCLIP leaves out what has its default.
extension ModelConfiguration {
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    embeddingWidth = try fields.decode(Int.self, forKey: .embeddingWidth)
    quickGELU = try fields.decodeIfPresent(Bool.self, forKey: .quickGELU) ?? false
    vision = try fields.decode(Vision.self, forKey: .vision)
    text = try fields.decode(Text.self, forKey: .text)
  }
}

extension ModelConfiguration.Vision {
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    imageSize = try fields.decodeIfPresent(Int.self, forKey: .imageSize) ?? 224
    layers = try fields.decodeIfPresent(Int.self, forKey: .layers) ?? 12
    width = try fields.decodeIfPresent(Int.self, forKey: .width) ?? 768
    headWidth = try fields.decodeIfPresent(Int.self, forKey: .headWidth) ?? 64
    mlpRatio = try fields.decodeIfPresent(Double.self, forKey: .mlpRatio) ?? 4
    patchSize = try fields.decodeIfPresent(Int.self, forKey: .patchSize) ?? 16
  }
}

extension ModelConfiguration.Text {
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    contextLength = try fields.decodeIfPresent(Int.self, forKey: .contextLength) ?? 77
    vocabularySize = try fields.decodeIfPresent(Int.self, forKey: .vocabularySize) ?? 49408
    width = try fields.decodeIfPresent(Int.self, forKey: .width) ?? 512
    heads = try fields.decodeIfPresent(Int.self, forKey: .heads) ?? 8
    layers = try fields.decodeIfPresent(Int.self, forKey: .layers) ?? 12
    mlpRatio = try fields.decodeIfPresent(Double.self, forKey: .mlpRatio) ?? 4
  }
}

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
    try decoder.refuseFields(outside: CodingKeys.self)
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    embeddingWidth = try fields.decode(Int.self, forKey: .embeddingWidth)
    quickGELU = try fields.decodeIfPresent(Bool.self, forKey: .quickGELU) ?? false
    vision = try fields.decode(Vision.self, forKey: .vision)
    text = try fields.decode(Text.self, forKey: .text)
  }

  func validate() throws(ModelConfigurationError) {
    try FieldChecks(path: "").sizes([("embed_dim", embeddingWidth)])
    try vision.tower.validate("vision_cfg.")
    try text.tower.validate("text_cfg.")
  }
}

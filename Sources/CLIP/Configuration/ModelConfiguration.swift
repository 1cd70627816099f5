/// A model as OpenCLIP's JSON describes it.
///
/// - Source: OpenCLIP's `model_configs/*.json`; `CLIPVisionCfg` and `CLIPTextCfg` in its `model.py`.
public struct ModelConfiguration: Codable, Sendable, Equatable {
  /// Numbers in an embedding.
  public var embeddingWidth: Int
  /// OpenAI's approximation of GELU in both towers.
  public var quickGELU: Bool
  /// Keeps the text tower's parameters below `text`, as OpenCLIP's `CustomTextCLIP` does.
  public var customText: Bool
  /// What ln(scale) and the bias of logits start from, where the configuration says; a model without the latter has
  /// none.
  public var initialLogScale: Double?
  public var initialLogBias: Double?
  public var vision: Vision
  public var text: Text

  enum CodingKeys: String, CodingKey, CaseIterable {
    case embeddingWidth = "embed_dim"
    case quickGELU = "quick_gelu"
    case customText = "custom_text"
    case initialLogScale = "init_logit_scale"
    case initialLogBias = "init_logit_bias"
    case vision = "vision_cfg"
    case text = "text_cfg"
  }
}

// OpenCLIP leaves out what has its default.
extension ModelConfiguration {
  public init(from decoder: any Decoder) throws {
    try decoder.refuseFields(
      outside: CodingKeys.self, off: ["nonscalar_logit_scale"], ignored: [Self.decoderField])
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    embeddingWidth = try fields.decode(Int.self, forKey: .embeddingWidth)
    quickGELU = try fields.value(.quickGELU, or: false)
    customText = try fields.value(.customText, or: false)
    initialLogScale = try fields.decodeIfPresent(Double.self, forKey: .initialLogScale)
    initialLogBias = try fields.decodeIfPresent(Double.self, forKey: .initialLogBias)
    vision = try fields.decode(Vision.self, forKey: .vision)
    text = try fields.decode(Text.self, forKey: .text)
    if try decoder.has(Self.decoderField), !customText { throw decoder.unsupported(Self.decoderField) }
  }

  /// What CoCa says of its decoder, which isn't built: its two encoders are a model of their own.
  private static let decoderField = "multimodal_cfg"

  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(embeddingWidth, forKey: .embeddingWidth)
    try fields.encode(quickGELU, forKey: .quickGELU)
    try fields.encode(customText, unless: false, .customText)
    try fields.encodeIfPresent(initialLogScale, forKey: .initialLogScale)
    try fields.encodeIfPresent(initialLogBias, forKey: .initialLogBias)
    try fields.encode(vision, forKey: .vision)
    try fields.encode(text, forKey: .text)
  }

  /// This model for pictures of another side, or texts of another length.
  public func resized(imageSize: Int?, contextLength: Int?) throws(ModelConfigurationError) -> ModelConfiguration {
    var resized = self
    if let imageSize { resized.vision.imageSize = imageSize }
    if let contextLength { resized.text.contextLength = contextLength }
    try resized.validate()
    return resized
  }

  func validate() throws(ModelConfigurationError) {
    try FieldChecks(path: "").sizes([("embed_dim", embeddingWidth)])
    let towers: [(String, any TowerConfiguration)] = [("vision_cfg.", vision.tower), ("text_cfg.", text.tower)]
    for (path, tower) in towers { try tower.validate(path) }
    try text.tokenizer.validate("text_cfg.")
    try FieldChecks(path: "").room(
      for: towers.flatMap { path, tower in
        tower.parameterCounts(embeddingWidth: embeddingWidth).map { (path + $0.field, $0.count) }
      })
    for (path, tower) in towers { try tower.validate(path, in: self) }
  }
}

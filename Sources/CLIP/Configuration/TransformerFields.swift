import Engine

/// The fields that OpenCLIP's own two transformers share.
public struct TransformerFields: Encodable, Sendable, Equatable {
  public var layers: Int
  public var width: Int
  public var mlpRatio: Double
  /// What layer scale starts from; nil for none.
  public var layerScale: Double?
  var activation: ActivationSettings
  var norm: NormSettings

  public var mlpWidth: Int { Int(Double(width) * mlpRatio) }
  var epsilon: Float { Float(norm.epsilon) }

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case layers, width
    case mlpRatio = "mlp_ratio"
    case layerScale = "ls_init_value"
    case activation = "act_kwargs"
    case norm = "norm_kwargs"
  }

  /// The names of these fields in JSON.
  static let names = Set(CodingKeys.allCases.map(\.stringValue))

  /// The names of the fields of OpenCLIP's `CustomResidualAttentionBlock`, which isn't built here.
  static let customBlockNames: Set = [
    "block_type", "qk_norm", "scaled_cosine_attn", "scale_heads", "scale_attn_inner", "scale_attn", "scale_fc",
  ]

  /// - Parameter width: the one that blocks have where the fields don't say.
  init(from decoder: any Decoder, width: Int) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    layers = try fields.value(.layers, or: 12)
    self.width = try fields.value(.width, or: width)
    mlpRatio = try fields.value(.mlpRatio, or: 4)
    layerScale = try fields.decodeIfPresent(Double.self, forKey: .layerScale)
    activation = try fields.value(.activation, or: ActivationSettings())
    norm = try fields.value(.norm, or: NormSettings())
  }

  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(layers, forKey: .layers)
    try fields.encode(width, forKey: .width)
    try fields.encode(mlpRatio, forKey: .mlpRatio)
    try fields.encodeIfPresent(layerScale, forKey: .layerScale)
    try fields.encode(activation, unless: ActivationSettings(), .activation)
    try fields.encode(norm, unless: NormSettings(), .norm)
  }

  func validate(_ check: FieldChecks) throws(ModelConfigurationError) {
    try check.sizes([("width", width)])
    try check.sizes([("layers", layers)], upTo: FieldChecks.mostLayers)
    try check.ratio("mlp_ratio", mlpRatio, of: width)
    try check.holds("norm_kwargs.eps", norm.epsilon, "above 0 and below 1", norm.epsilon > 0 && norm.epsilon < 1)
  }

  /// Throws where an activation has arguments that OpenCLIP's QuickGELU doesn't take.
  func validate(_ path: String, in model: ModelConfiguration) throws(ModelConfigurationError) {
    if model.quickGELU && activation != ActivationSettings() {
      throw .unsupported(field: path + "act_kwargs with quick_gelu")
    }
  }

  /// Weights of the blocks' products.
  var blockCount: ParameterCount {
    ("layers", CLIP.blockCount(layers: layers, width: width, mlpWidth: mlpWidth))
  }

  /// What the blocks are built by.
  func shape(heads: Int, causal: Bool, initial: BlockInitial, quickGELU: Bool) -> TransformerShape {
    TransformerShape(
      width: width, heads: heads, layers: layers, mlpWidth: mlpWidth, causal: causal,
      activation: activation.activation(quick: quickGELU), initial: initial, epsilon: epsilon,
      layerScale: layerScale.map { Float($0) })
  }
}

/// Weights of the products of a transformer's blocks.
func blockCount(layers: Int, width: Int, mlpWidth: Int) -> Double {
  Double(layers) * Double(width) * (4 * Double(width) + 2 * Double(mlpWidth))
}

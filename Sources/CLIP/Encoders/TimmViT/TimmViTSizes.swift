/// What a name of timm's vision transformers stands for, under the names of timm's arguments.
///
/// - Source: timm 1.0.31, `models/vision_transformer.py`.
public struct TimmViTSizes: Codable, Sendable, Equatable {
  public enum Activation: String, Codable, Sendable, CaseIterable {
    case gelu
    case tanhGELU = "gelu_tanh"
  }

  public var patchSize = 16
  public var width = 768
  public var layers = 12
  public var heads = 12
  public var mlpRatio = 4.0
  public var activation = Activation.gelu

  public var mlpWidth: Int { Int(Double(width) * mlpRatio) }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case patchSize = "patch_size"
    case width = "embed_dim"
    case layers = "depth"
    case heads = "num_heads"
    case mlpRatio = "mlp_ratio"
    case activation = "act_layer"
  }

  init(patchSize: Int, width: Int, layers: Int, heads: Int, mlpRatio: Double = 4, _ activation: Activation = .gelu) {
    (self.patchSize, self.width, self.layers, self.heads) = (patchSize, width, layers, heads)
    (self.mlpRatio, self.activation) = (mlpRatio, activation)
  }

  public init(from decoder: any Decoder) throws {
    try decoder.refuseFields(outside: CodingKeys.self)
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    patchSize = try fields.value(.patchSize, or: 16)
    width = try fields.value(.width, or: 768)
    layers = try fields.value(.layers, or: 12)
    heads = try fields.value(.heads, or: 12)
    mlpRatio = try fields.value(.mlpRatio, or: 4)
    activation = try fields.choice(.activation, or: .gelu)
  }

  func validate(_ path: String) throws(ModelConfigurationError) {
    let check = FieldChecks(path: path)
    try check.sizes([("patch_size", patchSize), ("embed_dim", width), ("num_heads", heads)])
    try check.sizes([("depth", layers)], upTo: FieldChecks.mostLayers)
    try check.ratio("mlp_ratio", mlpRatio, of: width)
    try check.divides("embed_dim", width, "num_heads", heads)
    let widest = FieldChecks.widestHead
    try check.holds("num_heads", heads, "enough for heads of \(widest) numbers at most", width / heads <= widest)
  }
}

/// The names of timm's that are known here: SigLIP's.
extension TimmViTSizes {
  static func known(_ name: String) -> (sizes: TimmViTSizes, imageSize: Int)? {
    table[name].map { ($0.sizes, $0.imageSize) }
  }

  /// The name of these sizes for pictures of a side; nil where there is none.
  func name(imageSize: Int) -> String? {
    Self.table.first { $0.value.sizes == self && $0.value.imageSize == imageSize }?.key
  }

  private struct Row: Sendable {
    let sizes: TimmViTSizes
    let imageSize: Int
  }

  private static let table: [String: Row] = {
    func base(_ patch: Int, _ activation: Activation) -> TimmViTSizes {
      TimmViTSizes(patchSize: patch, width: 768, layers: 12, heads: 12, activation)
    }
    func large(_ activation: Activation) -> TimmViTSizes {
      TimmViTSizes(patchSize: 16, width: 1024, layers: 24, heads: 16, activation)
    }
    func so400m(_ patch: Int, _ activation: Activation) -> TimmViTSizes {
      TimmViTSizes(patchSize: patch, width: 1152, layers: 27, heads: 16, mlpRatio: 3.7362, activation)
    }
    let giant = TimmViTSizes(patchSize: 16, width: 1536, layers: 40, heads: 16, .tanhGELU)
    let models: [(name: String, sizes: TimmViTSizes, sides: [Int])] = [
      ("base_patch32", base(32, .tanhGELU), [256]), ("base_patch16", base(16, .gelu), [224, 256, 384, 512]),
      ("large_patch16", large(.gelu), [256, 384]), ("large_patch16", large(.tanhGELU), [512]),
      ("so400m_patch14", so400m(14, .gelu), [224, 378, 384]),
      ("so400m_patch16", so400m(16, .tanhGELU), [256, 384, 512]), ("giantopt_patch16", giant, [256, 384]),
    ]
    let rows = models.flatMap { model in
      model.sides.map { ("vit_\(model.name)_siglip_\($0)", Row(sizes: model.sizes, imageSize: $0)) }
    }
    return Dictionary(uniqueKeysWithValues: rows)
  }()
}

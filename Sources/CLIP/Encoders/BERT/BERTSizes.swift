/// The fields of a Hugging Face BERT's `config.json` that make a difference here.
public struct BERTSizes: Codable, Sendable, Equatable {
  public enum Kind: String, Codable, Sendable, CaseIterable {
    case bert, roberta
    case xlmRoberta = "xlm-roberta"
  }

  public var kind: Kind = .bert
  public var vocabularySize = 30522
  public var width = 768
  public var layers = 12
  public var heads = 12
  public var mlpWidth = 3072
  public var positionRows = 512
  public var tokenTypes = 2
  public var epsilon = 1e-12
  public var padToken = 0

  /// RoBERTa counts positions from the one after its padding token's id.
  public var firstPosition: Int { kind == .bert ? 0 : padToken + 1 }
  /// Tokens that a text may have.
  public var positions: Int { positionRows - firstPosition }

  enum CodingKeys: String, CodingKey {
    case kind = "model_type"
    case vocabularySize = "vocab_size"
    case width = "hidden_size"
    case layers = "num_hidden_layers"
    case heads = "num_attention_heads"
    case mlpWidth = "intermediate_size"
    case positionRows = "max_position_embeddings"
    case tokenTypes = "type_vocab_size"
    case epsilon = "layer_norm_eps"
    case padToken = "pad_token_id"
  }

  public init() {}

  /// Reads a whole `config.json` too: other fields are of no consequence, but for the activation.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    let others = try decoder.container(keyedBy: AnyKey.self)
    for (field, known) in [("hidden_act", "gelu"), ("position_embedding_type", "absolute")] {
      if let found = try others.decodeIfPresent(String.self, forKey: AnyKey(stringValue: field)), found != known {
        throw decoder.unsupported("\(field) \(found)")
      }
    }
    let standard = BERTSizes()
    kind = try fields.choice(.kind, or: standard.kind)
    vocabularySize = try fields.value(.vocabularySize, or: standard.vocabularySize)
    width = try fields.value(.width, or: standard.width)
    layers = try fields.value(.layers, or: standard.layers)
    heads = try fields.value(.heads, or: standard.heads)
    mlpWidth = try fields.value(.mlpWidth, or: standard.mlpWidth)
    positionRows = try fields.value(.positionRows, or: standard.positionRows)
    tokenTypes = try fields.value(.tokenTypes, or: standard.tokenTypes)
    epsilon = try fields.value(.epsilon, or: standard.epsilon)
    padToken = try fields.value(.padToken, or: kind == .bert ? 0 : 1)
  }

  func validate(_ path: String) throws(ModelConfigurationError) {
    let check = FieldChecks(path: path)
    try check.sizes([
      ("vocab_size", vocabularySize), ("hidden_size", width), ("num_attention_heads", heads),
      ("intermediate_size", mlpWidth), ("max_position_embeddings", positionRows), ("type_vocab_size", tokenTypes),
    ])
    try check.sizes([("num_hidden_layers", layers)], upTo: FieldChecks.mostLayers)
    try check.divides("hidden_size", width, "num_attention_heads", heads)
    try check.holds("layer_norm_eps", epsilon, "above 0 and below 1", epsilon > 0 && epsilon < 1)
    try check.holds("pad_token_id", padToken, "a token", 0..<vocabularySize ~= padToken)
    try check.holds(
      "max_position_embeddings", positionRows, "\(firstPosition + 2) at least: room for start and end", positions >= 2)
  }

  /// - Source: the models' `config.json` on Hugging Face.
  static let known: [String: BERTSizes] = [
    "bert-base-uncased": base(), "bert-base-cased": base { $0.vocabularySize = 28996 },
    "bert-base-multilingual-cased": base { $0.vocabularySize = 119547 },
    "bert-large-uncased": base(large),
    "bert-large-cased": base {
      large(&$0)
      $0.vocabularySize = 28996
    },
    "roberta-base": base(roberta),
    "roberta-large": base {
      roberta(&$0)
      large(&$0)
    },
    "xlm-roberta-base": base(xlm),
    "xlm-roberta-large": base {
      xlm(&$0)
      large(&$0)
    },
  ]

  private static func base(_ change: (inout BERTSizes) -> Void = { _ in }) -> BERTSizes {
    var sizes = BERTSizes()
    change(&sizes)
    return sizes
  }

  private static func large(_ sizes: inout BERTSizes) {
    (sizes.width, sizes.layers, sizes.heads, sizes.mlpWidth) = (1024, 24, 16, 4096)
  }

  private static func roberta(_ sizes: inout BERTSizes) {
    (sizes.kind, sizes.vocabularySize, sizes.positionRows) = (.roberta, 50265, 514)
    (sizes.tokenTypes, sizes.epsilon, sizes.padToken) = (1, 1e-5, 1)
  }

  private static func xlm(_ sizes: inout BERTSizes) {
    roberta(&sizes)
    (sizes.kind, sizes.vocabularySize) = (.xlmRoberta, 250002)
  }
}

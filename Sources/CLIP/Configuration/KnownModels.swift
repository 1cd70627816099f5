import Foundation

/// The models of OpenCLIP's list whose towers are built here, by their names.
///
/// What makes each of them is in one line: numbers in an embedding, the picture tower with its patches and pictures, the
/// text tower, and q where there is the same model with OpenAI's GELU, NAME-quickgelu.
///
/// - Source: OpenCLIP's `model_configs`, and T16, which is ours.
public enum KnownModels {
  /// In the order of the table, SigLIP's and CoCa's after them.
  public static let names =
    table.flatMap { row in [row.name] + (row.hasQuick ? [row.name + quick] : []) } + sigLIPNames + coCaNames

  /// The model of a name; nil for one that isn't known.
  public static func configuration(_ name: String) -> ModelConfiguration? {
    if let fields = sigLIPFields(name) ?? coCaFields(name) { return built(fields, name) }
    let isQuick = name.hasSuffix(quick)
    let own = isQuick ? String(name.dropLast(quick.count)) : name
    guard let row = table.first(where: { $0.name == own && (!isQuick || $0.hasQuick) }) else { return nil }
    var fields: [String: Any] = [
      "embed_dim": row.embedding, "vision_cfg": pictures(row.picture), "text_cfg": texts(row.text),
    ]
    if isQuick || row.text == "roberta-base" { fields["quick_gelu"] = true }
    if row.text.hasSuffix("clipa") {
      fields["vision_cfg"] = pictures(row.picture).merging(clipaPictures) { $1 }
    }
    if row.name == "ViT-M-16-alt" {
      fields["vision_cfg"] = pictures(row.picture).merging(layerScale) { $1 }
    }
    return built(fields, name)
  }

  private static func built(_ fields: [String: Any], _ name: String) -> ModelConfiguration {
    guard let json = try? JSONSerialization.data(withJSONObject: fields),
      let configuration = try? ModelConfiguration(json: json, from: name)
    else { preconditionFailure("known models: \(name)") }
    return configuration
  }

  private static let quick = "-quickgelu"

  private struct Row {
    let name: String
    let embedding: Int
    let picture: String
    let text: String
    let hasQuick: Bool

    init?(_ line: Substring) {
      let words = line.split(separator: " ").map(String.init)
      guard words.count >= 4, let embedding = Int(words[1]) else { return nil }
      (name, self.embedding, picture, text) = (words[0], embedding, words[2], words[3])
      hasQuick = words.count > 4
    }
  }

  private static let table = """
    RN50 1024 RN50@224 512 q
    RN101 512 RN101@224 512 q
    RN50x4 640 RN50x4@288 640 q
    RN50x16 768 RN50x16@384 768 q
    RN50x64 1024 RN50x64@448 1024 q
    T16 256 T/8@64 192-t16
    ViT-S-32 384 S/32@224 384
    ViT-S-32-alt 256 S/32@224 256-10
    ViT-S-16 384 S/16@224 384
    ViT-S-16-alt 256 S/16@224 256-10
    ViT-M-32 512 M/32@224 512
    ViT-M-32-alt 384 M/32@224 384
    ViT-M-16 512 M/16@224 512
    ViT-M-16-alt 384 M/16@224 384
    ViT-B-32 512 B/32@224 512 q
    ViT-B-32-256 512 B/32@256 512
    ViT-B-32-plus-256 640 B+/32@256 640
    ViT-B-16 512 B/16@224 512 q
    ViT-B-16-plus 640 B+/16@224 640
    ViT-B-16-plus-240 640 B+/16@240 640
    ViT-L-16 768 L/16@224 768
    ViT-L-16-320 768 L/16@320 768
    ViT-L-14 768 L/14@224 768 q
    ViT-L-14-280 768 L/14@280 768
    ViT-L-14-336 768 L/14@336 768 q
    ViT-L-14-CLIPA 768 L/14@224 768-clipa
    ViT-L-14-CLIPA-336 768 L/14@336 768-clipa
    ViT-L-14-worldwide 768 L/14@224 768-mt5 q
    ViT-H-16 1024 H/16@224 1024-24
    ViT-H-14 1024 H/14@224 1024-24 q
    ViT-H-14-378 1024 H/14@378 1024-24 q
    ViT-H-14-CLIPA 1024 H/14@224 1024-24-clipa
    ViT-H-14-CLIPA-336 1024 H/14@336 1024-24-clipa
    ViT-H-14-worldwide 1024 H/14@224 1024-24-xlmv q
    ViT-H-14-worldwide-378 1024 H/14@378 1024-24-xlmv
    ViT-g-14 1024 g/14@224 1024-24
    ViT-bigG-14 1280 G/14@224 1280-32 q
    ViT-bigG-14-CLIPA 1280 G/14@224 1280-32-clipa
    ViT-bigG-14-CLIPA-336 1280 G/14@336 1280-32-clipa
    ViT-bigG-14-worldwide 1280 G/14@224 1280-32-xlmv
    ViT-bigG-14-worldwide-378 1280 G/14@378 1280-32-xlmv
    ViT-e-14 1280 e/14@224 1280-36
    roberta-ViT-B-32 512 B/32@224 roberta-base
    xlm-roberta-base-ViT-B-32 512 B/32@224 xlm-roberta-base
    xlm-roberta-large-ViT-H-14 1024 H/14@224 xlm-roberta-large
    """.split(separator: "\n").compactMap(Row.init)

  // MARK: Towers

  private static let resNets: [String: (layers: [Int], width: Int)] = [
    "RN50": ([3, 4, 6, 3], 64), "RN101": ([3, 4, 23, 3], 64), "RN50x4": ([4, 6, 10, 6], 80),
    "RN50x16": ([6, 8, 18, 8], 96), "RN50x64": ([3, 15, 36, 10], 128),
  ]

  /// Layers, width, width of a head, and what an MLP is wider by.
  private static let transformers: [String: (layers: Int, width: Int, head: Int, ratio: String)] = [
    "T": (6, 192, 64, "4"), "S": (12, 384, 64, "4"), "M": (12, 512, 64, "4"), "B": (12, 768, 64, "4"),
    "B+": (12, 896, 64, "4"), "L": (24, 1024, 64, "4"), "H": (32, 1280, 80, "4"), "g": (40, 1408, 88, "4.3637"),
    "G": (48, 1664, 104, "4.9231"), "e": (56, 1792, 112, "8.5715"),
  ]

  private static var layerScale: [String: Any] { ["ls_init_value": NSDecimalNumber(string: "1e-4")] }
  private static var clipaPictures: [String: Any] {
    ["no_ln_pre": true, "pool_type": "avg", "final_ln_after_pool": true]
  }

  /// `L/14@336`: the tower, pixels of a patch's side, of a picture's.
  private static func pictures(_ words: String) -> [String: Any] {
    let parts = words.split { "/@".contains($0) }.map(String.init)
    let size = Int(parts.last ?? "") ?? 224
    if let net = resNets[parts[0]] {
      return ["image_size": size, "layers": net.layers, "width": net.width, "patch_size": NSNull()]
    }
    guard let tower = transformers[parts[0]], let patch = Int(parts[1]) else {
      preconditionFailure("known models: \(words)")
    }
    return [
      "image_size": size, "patch_size": patch, "layers": tower.layers, "width": tower.width, "head_width": tower.head,
      "mlp_ratio": NSDecimalNumber(string: tower.ratio),
    ]
  }

  /// `1024-24-clipa`: width, layers where they aren't 12, and how texts are read where that is another way than CLIP's;
  /// or the name of a Hugging Face model.
  private static func texts(_ words: String) -> [String: Any] {
    let parts = words.split(separator: "-").map(String.init)
    guard let width = Int(parts[0]) else {
      return ["hf_model_name": words, "hf_tokenizer_name": words, "hf_pooler_type": "mean_pooler"]
    }
    let layers = parts.compactMap(Int.init).dropFirst().first ?? 12
    var fields: [String: Any] = ["width": width, "heads": width / 64, "layers": layers]
    if let way = ways[parts.last ?? ""] { fields.merge(way) { $1 } }
    return fields
  }

  private static var ways: [String: [String: Any]] {
    [
      "t16": ["context_length": 32, "vocab_size": 8192, "layers": 6],
      "clipa": [
        "context_length": 32, "vocab_size": 32000, "hf_tokenizer_name": "bert-base-uncased",
        "tokenizer_kwargs": ["strip_sep_token": true], "pool_type": "last", "no_causal_mask": true,
      ],
      "mt5": [
        "hf_tokenizer_name": "google/mt5-base", "tokenizer_kwargs": ["clean": "canonicalize"], "vocab_size": 250_100,
        "pool_type": "eos", "eos_id": 1,
      ],
      "xlmv": ["hf_tokenizer_name": "facebook/xlm-v-base", "vocab_size": 901_629, "pool_type": "eos", "eos_id": 2],
    ]
  }
}

import Foundation

/// SigLIP's models of OpenCLIP's list: texts read by a transformer that sees all of them, at their last place.
extension KnownModels {
  static let sigLIPNames = sigLIPRows.map(\.name)

  /// The fields of one of them; nil for another name.
  static func sigLIPFields(_ name: String) -> [String: Any]? {
    guard let row = sigLIPRows.first(where: { $0.name == name }), let known = TimmViTSizes.known(row.tower),
      let text = sigLIPTexts[row.text]
    else { return nil }
    return [
      "embed_dim": known.sizes.width, "init_logit_bias": -10, "custom_text": true,
      "vision_cfg": [
        "image_size": known.imageSize, "timm_model_name": row.tower, "timm_pool": "map", "timm_proj": "none",
      ],
      "text_cfg": [
        "context_length": name == "ViT-SO400M-14-SigLIP" ? 16 : 64, "width": text.width, "heads": text.heads,
        "layers": text.layers, "mlp_ratio": NSDecimalNumber(string: text.ratio), "no_causal_mask": true,
        "proj_bias": true, "pool_type": "last", "norm_kwargs": ["eps": NSDecimalNumber(string: "1e-6")],
        "tokenizer_kwargs": ["clean": "canonicalize"],
      ].merging(vocabulary(row)) { $1 },
    ]
  }

  /// By their width; the largest model's pictures are wider than its texts.
  private static let sigLIPTexts: [String: (width: Int, heads: Int, layers: Int, ratio: String)] = [
    "768": (768, 12, 12, "4"), "1024": (1024, 16, 24, "4"),
    "1152": (1152, 16, 27, "3.7362"),
  ]

  /// English, many languages, or SigLIP 2's.
  private static func vocabulary(_ row: SigLIPRow) -> [String: Any] {
    if row.name.contains("SigLIP2") {
      return [
        "vocab_size": 256_000, "hf_tokenizer_name": "timm/\(row.name)", "act_kwargs": ["approximate": "tanh"],
      ]
    }
    guard row.name.contains("i18n") else {
      return ["vocab_size": 32_000, "hf_tokenizer_name": "timm/ViT-B-16-SigLIP"]
    }
    let fields: [String: Any] = ["vocab_size": 250_000, "hf_tokenizer_name": "timm/ViT-B-16-SigLIP-i18n-256"]
    return row.name.contains("SO400M")
      ? fields.merging(["proj_type": "none", "proj_bias": false] as [String: Any]) { $1 } : fields
  }

  private typealias SigLIPRow = (name: String, tower: String, text: String)

  /// Each with timm's name of its picture tower and the width of its texts.
  private static let sigLIPRows: [SigLIPRow] = {
    let series = [
      ("ViT-B-16-SigLIP", "base_patch16", "768", ["", "256", "384", "512"]),
      ("ViT-B-16-SigLIP-i18n", "base_patch16", "768", ["256"]),
      ("ViT-B-32-SigLIP2", "base_patch32", "768", ["256"]),
      ("ViT-B-16-SigLIP2", "base_patch16", "768", ["", "256", "384", "512"]),
      ("ViT-L-16-SigLIP", "large_patch16", "1024", ["256", "384"]),
      ("ViT-L-16-SigLIP2", "large_patch16", "1024", ["256", "384", "512"]),
      ("ViT-SO400M-14-SigLIP", "so400m_patch14", "1152", ["", "378", "384"]),
      ("ViT-SO400M-14-SigLIP2", "so400m_patch14", "1152", ["", "378"]),
      ("ViT-SO400M-16-SigLIP-i18n", "so400m_patch16", "1152", ["256"]),
      ("ViT-SO400M-16-SigLIP2", "so400m_patch16", "1152", ["256", "384", "512"]),
      ("ViT-gopt-16-SigLIP2", "giantopt_patch16", "1152", ["256", "384"]),
    ]
    return series.flatMap { name, tower, text, sides in
      sides.map { side in
        (side.isEmpty ? name : "\(name)-\(side)", "vit_\(tower)_siglip_\(side.isEmpty ? "224" : side)", text)
      }
    }
  }()
}

import Foundation

/// Translates between Hugging Face's `config.json` of a `CLIPModel` and OpenCLIP's configuration; of other models see
/// `SiglipConfiguration`.
///
/// - Source: transformers, `configuration_clip.py`.
enum HuggingFaceConfiguration {
  /// The epsilon of layer norms where nothing else is said, here and there.
  private static let epsilon = 1e-5

  /// Whether a file is a `config.json` of theirs.
  static func isMeant(_ path: String) -> Bool { (try? JSONFields(path: path))?.has("model_type") == true }

  /// Reads a `config.json`. What it leaves out has transformers' default.
  static func read(_ path: String) throws -> ModelConfiguration {
    let fields = try JSONFields(path: path)
    let type = try fields.text("model_type", default: "")
    if type == SiglipConfiguration.type {
      return try SiglipConfiguration.read(fields, path, cleaning: SiglipCleaning.read(beside: path))
    }
    guard type == "clip" else { throw fields.wrong("model_type", "clip or \(SiglipConfiguration.type)") }
    let (vision, text) = (try tower(fields, "vision"), try tower(fields, "text"))
    let activations = try [vision, text].map { try $0.text("hidden_act", default: "quick_gelu") }
    for (tower, found) in zip([vision, text], activations) where !["gelu", "quick_gelu"].contains(found) {
      throw tower.wrong("hidden_act", "gelu or quick_gelu")
    }
    guard activations[0] == activations[1] else {
      throw text.wrong("hidden_act", "that of vision_config, \(activations[0])")
    }
    let openCLIP: [String: Any] = [
      "embed_dim": try fields.integer("projection_dim", default: 512),
      "quick_gelu": activations[0] == "quick_gelu",
      "vision_cfg": try self.vision(vision), "text_cfg": try self.text(text),
    ]
    return try ModelConfiguration(json: JSONSerialization.data(withJSONObject: openCLIP), from: path)
  }

  /// A tower's fields. `text_config_dict`, which old files have beside `text_config`, counts, as in transformers.
  static func tower(_ fields: JSONFields, _ name: String) throws(HuggingFaceError) -> JSONFields {
    guard let tower = fields.object("\(name)_config_dict") ?? fields.object("\(name)_config") else {
      throw fields.wrong("\(name)_config", "an object")
    }
    return tower
  }

  private static func norm(_ fields: JSONFields) throws(HuggingFaceError) -> [String: Any] {
    let found = try fields.number("layer_norm_eps", default: epsilon)
    return found == epsilon ? [:] : ["norm_kwargs": ["eps": found]]
  }

  private static func vision(_ fields: JSONFields) throws(HuggingFaceError) -> [String: Any] {
    guard try fields.integer("num_channels", default: 3) == 3 else { throw fields.wrong("num_channels", "3") }
    let width = try fields.integer("hidden_size", default: 768)
    let known: [String: Any] = [
      "image_size": try fields.side("image_size", default: 224),
      "patch_size": try fields.side("patch_size", default: 32),
      "width": width, "layers": try fields.integer("num_hidden_layers", default: 12),
      "head_width": try headWidth(fields, width, heads: fields.integer("num_attention_heads", default: 12)),
      "mlp_ratio": try mlpRatio(fields, width, fields.integer("intermediate_size", default: 3072)),
    ]
    return known.merging(try norm(fields)) { $1 }
  }

  private static func text(_ fields: JSONFields) throws(HuggingFaceError) -> [String: Any] {
    let (width, vocabulary) = (
      try fields.integer("hidden_size", default: 512), try fields.integer("vocab_size", default: 49408)
    )
    let heads = try fields.integer("num_attention_heads", default: 8)
    _ = try headWidth(fields, width, heads: heads)
    // 2 is the files' word for OpenAI's rule, ours: a text ends at its largest id.
    let end = try fields.integer("eos_token_id", default: 49407)
    guard end == 2 || end == vocabulary - 1 else {
      throw fields.wrong("eos_token_id", "2 or the last of \(vocabulary) ids")
    }
    let known: [String: Any] = [
      "context_length": try fields.integer("max_position_embeddings", default: 77), "vocab_size": vocabulary,
      "width": width, "heads": heads, "layers": try fields.integer("num_hidden_layers", default: 12),
      "mlp_ratio": try mlpRatio(fields, width, fields.integer("intermediate_size", default: 2048)),
    ]
    return known.merging(try norm(fields)) { $1 }
  }

  static func headWidth(_ fields: JSONFields, _ width: Int, heads: Int) throws(HuggingFaceError) -> Int {
    guard heads > 0, width > 0, width % heads == 0 else {
      throw fields.wrong("num_attention_heads", "a divisor of hidden_size \(width)")
    }
    return width / heads
  }

  /// The ratio by which OpenCLIP has this inner width, ⌊width · ratio⌋: the quotient, or the next number where it falls
  /// short.
  static func mlpRatio(_ fields: JSONFields, _ width: Int, _ inner: Int) throws(HuggingFaceError) -> Double {
    let ratio = Double(inner) / Double(width)
    guard
      let fitting = [ratio, ratio.nextUp].first(where: { Int(exactly: (Double(width) * $0).rounded(.down)) == inner })
    else { throw fields.wrong("intermediate_size", "a multiple of hidden_size \(width)") }
    return fitting
  }
}

extension HuggingFaceConfiguration {
  /// What OpenCLIP's JSON may say and `CLIPConfig` can say too.
  private static let words: [String: Set<String>] = [
    // Tokenizers are files beside.
    "": ["embed_dim", "quick_gelu", "custom_text"],
    "vision_cfg": ["image_size", "patch_size", "width", "layers", "head_width", "mlp_ratio", "norm_kwargs"],
    "text_cfg": [
      "context_length", "vocab_size", "width", "heads", "layers", "mlp_ratio", "norm_kwargs", "hf_tokenizer_name",
      "tokenizer_kwargs",
    ],
  ]

  /// The fields of a `config.json`.
  ///
  /// - Parameters:
  ///   - lastToken: what ends a text, where the tokenizer is known; Hugging Face looks for it, else for the largest id.
  ///   - dtype: PyTorch's name of the weights' type.
  /// - Throws: the names of the fields that say what `CLIPConfig` can't.
  static func fields(
    of configuration: ModelConfiguration, lastToken: Int?, dtype: String
  ) throws -> [String: Any] {
    // `CLIPTokenizer` lowers case and does no more.
    guard ["lower", nil].contains(configuration.text.tokenizer.text("clean")) else {
      throw HuggingFaceError.noWords(fields: ["text_cfg.tokenizer_kwargs.clean"])
    }
    let all = try openCLIPFields(configuration)
    try requireWords(for: configuration, all)
    let (vision, text) = (object(all, "vision_cfg"), object(all, "text_cfg"))
    let activation = all["quick_gelu"] as? Bool == true ? "quick_gelu" : "gelu"
    let (embedding, vocabulary) = (try integer(all, "embed_dim"), try integer(text, "vocab_size"))
    func tower(_ fields: [String: Any], heads: Int) throws -> [String: Any] {
      let width = try integer(fields, "width")
      return [
        "hidden_size": width, "num_hidden_layers": try integer(fields, "layers"), "num_attention_heads": heads,
        "intermediate_size": Int(Double(width) * ((fields["mlp_ratio"] as? NSNumber)?.doubleValue ?? 4)),
        "hidden_act": activation, "projection_dim": embedding,
        "layer_norm_eps": (object(fields, "norm_kwargs")["eps"] as? NSNumber) ?? NSDecimalNumber(string: "1e-5"),
        "attention_dropout": 0,
      ]
    }
    let pictures: [String: Any] = [
      "model_type": "clip_vision_model", "image_size": try integer(vision, "image_size"),
      "patch_size": try integer(vision, "patch_size"), "num_channels": 3,
    ]
    let texts: [String: Any] = [
      "model_type": "clip_text_model", "vocab_size": vocabulary,
      "max_position_embeddings": try integer(text, "context_length"), "bos_token_id": lastToken.map { $0 - 1 } ?? 0,
      "eos_token_id": lastToken == vocabulary - 1 ? vocabulary - 1 : 2, "pad_token_id": 1,
    ]
    let heads = try integer(vision, "width") / integer(vision, "head_width")
    return [
      "architectures": ["CLIPModel"], "model_type": "clip", "projection_dim": embedding, "dtype": dtype,
      "logit_scale_init_value": NSDecimalNumber(string: "2.6592"),
      "vision_config": try tower(vision, heads: heads).merging(pictures) { $1 },
      "text_config": try tower(text, heads: integer(text, "heads")).merging(texts) { $1 },
    ]
  }

  private static func openCLIPFields(_ configuration: ModelConfiguration) throws -> [String: Any] {
    try JSONSerialization.jsonObject(with: JSONEncoder().encode(configuration)) as? [String: Any] ?? [:]
  }

  /// Throws unless the configuration stays the same when only the known words of it are kept.
  private static func requireWords(for configuration: ModelConfiguration, _ all: [String: Any]) throws {
    var plain: [String: Any] = [:]
    for (name, value) in all {
      if let known = words[name], let fields = value as? [String: Any] {
        plain[name] = fields.filter { known.contains($0.key) }
      } else if words["", default: []].contains(name) {
        plain[name] = value
      }
    }
    let said = try? ModelConfiguration(json: JSONSerialization.data(withJSONObject: plain))
    guard said != configuration else { return }
    let (kept, whole) = (flat(try said.map(openCLIPFields) ?? plain), flat(all))
    throw HuggingFaceError.noWords(fields: whole.keys.filter { kept[$0] != whole[$0] }.sorted())
  }

  private static func flat(_ fields: [String: Any], _ path: String = "") -> [String: String] {
    fields.reduce(into: [:]) { found, field in
      let name = path + field.key
      if let inner = field.value as? [String: Any] {
        found.merge(flat(inner, name + ".")) { $1 }
      } else {
        found[name] = "\(field.value)"
      }
    }
  }

  private static func object(_ fields: [String: Any], _ name: String) -> [String: Any] {
    fields[name] as? [String: Any] ?? [:]
  }

  /// A field that is a number; a ResNet has lists where `CLIPModel` has numbers.
  private static func integer(_ fields: [String: Any], _ name: String) throws(HuggingFaceError) -> Int {
    guard let value = fields[name] as? Int else { throw .noWords(fields: [name]) }
    return value
  }
}

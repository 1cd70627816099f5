import Engine
import Foundation

/// A field that says one thing in a model and another in the one that it starts from.
public struct FieldDifference: Sendable, Equatable, CustomStringConvertible {
  public let field: String
  public let found: String
  public let expected: String

  public var description: String { "\(field) is \(found) there, \(expected) here" }
}

extension ModelConfiguration {
  /// Every field with its value by its path, `vision_cfg.layers`.
  package var fields: [String: String] {
    guard let json = try? JSONEncoder().encode(self), let tree = try? JSONDecoder().decode(FieldTree.self, from: json)
    else { preconditionFailure("fields: \(self) does not encode") }
    return Dictionary(uniqueKeysWithValues: tree.fields(""))
  }

  /// What a model would do otherwise with another's parameters of the same shapes: heads, activations, masks, pooling.
  ///
  /// Sizes of pictures and texts may differ, for which positions are resized, and so may what only training knows.
  ///
  /// - Parameter tower: the one that is taken; nil for all.
  func differences(from source: ModelConfiguration, _ tower: Tower?) -> [FieldDifference] {
    var source = source
    // timm's names are one thing where sizes are equal; they say the pictures' side too.
    if let mine = vision.tower as? TimmViT, let theirs = source.vision.tower as? TimmViT, mine.sizes == theirs.sizes {
      source.vision = vision
    }
    let (theirs, mine) = (source.fields, fields)
    return Set(theirs.keys).union(mine.keys).sorted().compactMap { field in
      guard theirs[field] != mine[field], counts(field, for: tower) else { return nil }
      return FieldDifference(field: field, found: theirs[field] ?? "not set", expected: mine[field] ?? "not set")
    }
  }

  private func counts(_ field: String, for tower: Tower?) -> Bool {
    switch field {
    case "vision_cfg.image_size", "vision_cfg.patch_dropout", "text_cfg.context_length", "custom_text", "embed_dim",
      "init_logit_scale", "init_logit_bias", "text_cfg.vocab_size", "vision_cfg.mlp_ratio", "text_cfg.mlp_ratio":
      // Shapes say these, or nothing that a forward pass knows.
      false
    case "quick_gelu": tower != .text && vision.tower is ViT || tower != .image && text.tower is GPT
    default:
      field.hasPrefix("vision_cfg.") && tower != .text
        || field.hasPrefix("text_cfg.") && tower != .image && !TokenizerFields.names.contains { field.contains($0) }
    }
  }
}

/// A JSON value as text, or an object of such.
private enum FieldTree: Decodable {
  case object([String: FieldTree])
  case list([FieldTree])
  case value(String)

  init(from decoder: any Decoder) throws {
    if let object = try? [String: FieldTree](from: decoder) {
      self = .object(object)
    } else if let list = try? [FieldTree](from: decoder) {
      self = .list(list)
    } else {
      let value = try decoder.singleValueContainer()
      let text =
        (try? value.decode(Bool.self)).map { "\($0)" } ?? (try? value.decode(Int.self)).map { "\($0)" }
        ?? (try? value.decode(Double.self)).map { "\($0)" } ?? (try? value.decode(String.self))
      self = .value(text ?? "null")
    }
  }

  func fields(_ path: String) -> [(String, String)] {
    guard case .object(let object) = self else { return [(path, text)] }
    return object.flatMap { $0.value.fields(path.isEmpty ? $0.key : "\(path).\($0.key)") }
  }

  private var text: String {
    switch self {
    case .object(let object): "\(object)"
    case .list(let list): "[" + list.map(\.text).joined(separator: ", ") + "]"
    case .value(let text): text
    }
  }
}

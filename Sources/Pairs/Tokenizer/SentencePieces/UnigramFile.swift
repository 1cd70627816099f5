import Foundation

/// A Unigram vocabulary in Hugging Face's `tokenizer.json`, read as sentencepiece would have written it.
///
/// What a text is made before it is cut must be sentencepiece's: its table of characters, spaces at the ends stripped, runs
/// of them made one, each word begun with “▁”. Anything else is refused by its type.
///
/// - Source: tokenizers, `models/unigram`; transformers, `SpmConverter`.
struct UnigramFile {
  let proto: ModelProto
  /// What starts a text; nil for nothing.
  let start: String?
  var end: String { proto.end }

  /// Whether a JSON object is such a vocabulary.
  static func isMeant(_ whole: [String: Any]) -> Bool {
    let model = whole["model"] as? [String: Any]
    // Older files don't say the type.
    return model?["type"] as? String == "Unigram" || model?["type"] == nil && model?["vocab"] is [[Any]]
  }

  /// - Parameter path: named in errors.
  init(_ whole: [String: Any], path: String) throws(TokenizerError) {
    let model = whole["model"] as? [String: Any] ?? [:]
    if model["byte_fallback"] as? Bool == true { throw .setting(path: path, name: "byte_fallback", value: "true") }
    guard let vocabulary = model["vocab"] as? [[Any]], let unknown = model["unk_id"] as? Int else {
      throw .otherScheme(path: path, reason: "a Unigram vocabulary has vocab and unk_id")
    }
    let specials = Self.specials(whole)
    var pieces: [ModelProto.Piece] = []
    pieces.reserveCapacity(vocabulary.count)
    for (id, entry) in vocabulary.enumerated() {
      guard entry.count == 2, let text = entry[0] as? String, let score = entry[1] as? NSNumber else {
        throw .otherScheme(path: path, reason: "piece \(id) is no text with a score")
      }
      let kind: ModelProto.Kind = id == unknown ? .unknown : specials[text] ?? .normal
      pieces.append(ModelProto.Piece(text: text, score: score.floatValue, kind: kind))
    }
    guard pieces.indices.contains(unknown) else { throw .otherScheme(path: path, reason: "unk_id is \(unknown)") }
    let frame = try Self.frame(whole["post_processor"] as? [String: Any], path)
    start = frame.start
    try Self.requireWords(whole["pre_tokenizer"], path)
    let characters = try Self.characters(whole["normalizer"], path)
    proto = ModelProto(pieces: pieces, end: frame.end, characters: characters)
  }

  /// The pieces that stand for themselves: special ones never come from texts, others are found whole.
  private static func specials(_ whole: [String: Any]) -> [String: ModelProto.Kind] {
    let added = (whole["added_tokens"] as? [[String: Any]] ?? []).compactMap { token -> (String, ModelProto.Kind)? in
      guard let content = token["content"] as? String else { return nil }
      return (content, token["special"] as? Bool == false ? .userDefined : .control)
    }
    return Dictionary(added, uniquingKeysWith: { $1 })
  }

  /// What stands around a text: an end, and perhaps a start.
  private static func frame(
    _ processor: [String: Any]?, _ path: String
  ) throws(TokenizerError) -> (start: String?, end: String) {
    let single = processor?["single"] as? [[String: Any]] ?? []
    let parts = single.map { ($0["SpecialToken"] as? [String: Any])?["id"] as? String }
    switch (parts.count, parts.first ?? nil, parts.last ?? nil) {
    case (2, nil, let end?): return (nil, end)
    case (3, let start?, let end?) where parts[1] == nil: return (start, end)
    default: throw .otherScheme(path: path, reason: "its post_processor doesn't end a text by a special token")
    }
  }

  private static func requireWords(_ found: Any?, _ path: String) throws(TokenizerError) {
    let all = parts(found, "pretokenizers")
    // sentencepiece puts a space before the first word.
    guard all.contains(where: { $0["type"] as? String == "Metaspace" }) else {
      throw .setting(path: path, name: "pre_tokenizer", value: all.isEmpty ? "none" : "without Metaspace")
    }
    for part in all {
      let type = part["type"] as? String ?? "none"
      switch type {
      case "WhitespaceSplit": break
      case "Metaspace":
        if part["replacement"] as? String ?? "▁" != "▁" {
          throw .setting(path: path, name: "Metaspace", value: "\(part)")
        }
        // Where a text has no special token inside, its first word is all that “first” is.
        if part["prepend_scheme"] as? String == "never" || part["add_prefix_space"] as? Bool == false {
          throw .setting(path: path, name: "Metaspace's prepend_scheme", value: "never")
        }
      default: throw .setting(path: path, name: "pre_tokenizer", value: type)
      }
    }
  }

  /// sentencepiece's table among the normalizers; the others do what sentencepiece does too.
  private static func characters(_ found: Any?, _ path: String) throws(TokenizerError) -> [UInt8]? {
    var table: [UInt8]?
    for part in parts(found, "normalizers") {
      let type = part["type"] as? String ?? "none"
      let pattern = part["pattern"] as? [String: Any] ?? [:]
      switch (type, pattern["Regex"] as? String ?? pattern["String"] as? String, part["content"] as? String) {
      case ("Precompiled", _, _):
        let text = part["precompiled_charsmap"] as? String ?? ""
        guard let data = Data(base64Encoded: text) else {
          throw .setting(path: path, name: "precompiled_charsmap", value: "no base64")
        }
        table = data.isEmpty ? nil : [UInt8](data)
      case ("Strip", _, _), ("Replace", " {2,}", "▁"), ("Replace", " {2,}", " "), ("Replace", #"\A +| +\z"#, ""),
        ("Replace", " ", "▁"), ("Replace", #"\A▁"#, "▁▁"):
        break
      case (_, let pattern?, _): throw .setting(path: path, name: "normalizer", value: "\(type) of \(pattern)")
      default: throw .setting(path: path, name: "normalizer", value: type)
      }
    }
    return table
  }

  /// A part of the pipeline, or the parts of a sequence; none for null.
  private static func parts(_ found: Any?, _ list: String) -> [[String: Any]] {
    guard let part = found as? [String: Any] else { return [] }
    return part["type"] as? String == "Sequence" ? part[list] as? [[String: Any]] ?? [] : [part]
  }
}

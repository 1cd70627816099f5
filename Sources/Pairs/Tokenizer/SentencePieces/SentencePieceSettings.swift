import Files
import Foundation

/// What a `tokenizer_config.json` says of special tokens beside a vocabulary of sentencepiece's; nil where it doesn't.
struct SentencePieceSettings {
  private(set) var end: String?
  private(set) var padding: String?

  /// - Parameter path: a vocabulary's; the settings lie in the same directory.
  /// - Throws: where they hold a setting that isn't applied here.
  init(beside path: String) throws(TokenizerError) {
    let file = parentDirectory(path) + "/" + TokenizerFiles.settings
    guard let data = FileManager.default.contents(atPath: file),
      let fields = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
    else { return }
    for (name, usual) in [("add_bos_token", false), ("add_eos_token", true), ("do_lower_case", true)] {
      if name == "do_lower_case", Self.keepsCase.contains(fields["tokenizer_class"] as? String ?? "") { continue }
      if let found = fields[name] as? Bool, found != usual { throw .setting(path: file, name: name, value: "\(found)") }
    }
    if let side = fields["padding_side"] as? String, side != "right" {
      throw .setting(path: file, name: "padding_side", value: side)
    }
    (end, padding) = (Self.token(fields["eos_token"]), Self.token(fields["pad_token"]))
  }

  /// Transformers' classes of which `do_lower_case: false` says nothing new: they keep case.
  private static let keepsCase: Set = ["GemmaTokenizer", "GemmaTokenizerFast", "T5Tokenizer", "T5TokenizerFast"]

  /// A token's text, which may stand in an object.
  private static func token(_ found: Any?) -> String? {
    found as? String ?? (found as? [String: Any])?["content"] as? String
  }
}

import Files
import Foundation

/// What a `tokenizer_config.json` says of how BERT's texts become words; nil where it doesn't.
struct WordPieceSettings {
  var lowercase: Bool?
  var stripsAccents: Bool?
  var partsChinese: Bool?

  init(lowercase: Bool?) { self.lowercase = lowercase }

  /// - Parameter path: a vocabulary's; the settings lie in the same directory.
  /// - Throws: where they hold a setting that isn't applied here.
  init(beside path: String) throws(TokenizerError) {
    let file = parentDirectory(path) + "/" + TokenizerFiles.settings
    guard let data = FileManager.default.contents(atPath: file),
      let fields = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
    else { return }
    lowercase = fields["do_lower_case"] as? Bool
    stripsAccents = fields["strip_accents"] as? Bool
    partsChinese = fields["tokenize_chinese_chars"] as? Bool
    if fields["do_basic_tokenize"] as? Bool == false {
      throw .setting(path: file, name: "do_basic_tokenize", value: "false")
    }
    if let kept = fields["never_split"] as? [Any], !kept.isEmpty {
      throw .setting(path: file, name: "never_split", value: "\(kept)")
    }
    for (field, usual) in [
      ("unk_token", "[UNK]"), ("cls_token", "[CLS]"), ("sep_token", "[SEP]"), ("pad_token", "[PAD]"),
    ] {
      if let token = fields[field] as? String, token != usual { throw .setting(path: file, name: field, value: token) }
    }
  }
}

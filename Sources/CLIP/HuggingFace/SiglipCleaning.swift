import Files
import Foundation

/// How the tokenizer of a `SiglipModel`'s directory cleans texts, in OpenCLIP's words for `clean`.
///
/// - Source: transformers, `tokenization_siglip.py`, `tokenization_siglip2.py`, `convert_siglip2_to_hf.py`.
enum SiglipCleaning {
  /// SigLIP's own, where nothing is said.
  static let usual = "canonicalize"

  /// - Parameter path: of the `config.json`; `tokenizer_config.json` lies beside.
  /// - Throws: the setting that nothing here does.
  static func read(beside path: String) throws(HuggingFaceError) -> String {
    let file = parentDirectory(path) + "/tokenizer_config.json"
    guard FileManager.default.fileExists(atPath: file) else { return usual }
    let fields = try JSONFields(path: file)
    let name = try fields.text("tokenizer_class", default: "SiglipTokenizer")
    let lowers = try fields.truth("do_lower_case", default: name.hasPrefix("Siglip"))
    switch name.hasSuffix("Fast") ? String(name.dropLast(4)) : name {
    case "SiglipTokenizer" where lowers: return usual
    case "SiglipTokenizer": throw fields.wrong("do_lower_case", "true")
    case "Siglip2Tokenizer": return "lower"
    // SigLIP 2's first directories, whose class passes `do_lower_case` over; the model was trained by it.
    case "GemmaTokenizer": return lowers ? "lower" : "whitespace"
    case "T5Tokenizer", "PreTrainedTokenizer", "TokenizersBackend": return "whitespace"
    default: throw fields.wrong("tokenizer_class", "SiglipTokenizer, Siglip2Tokenizer, GemmaTokenizer or T5Tokenizer")
    }
  }
}

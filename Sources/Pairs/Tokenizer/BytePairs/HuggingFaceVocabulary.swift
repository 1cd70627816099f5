import Foundation

/// Between Hugging Face's `CLIPTokenizer` files and ours: the same merges, the ids spelled out.
///
/// `vocab.json` must have CLIP's order, which ours is: 256 bytes, the same at a word's end, a symbol for each merge,
/// start and end. Texts are cleaned as OpenCLIP does; `CLIPTokenizer` itself only composes them, so that the ids of a
/// text with an HTML entity, for instance, differ there.
enum HuggingFaceVocabulary {
  static let specials = ["<|startoftext|>", "<|endoftext|>"]

  /// From `vocab.json` and `merges.txt`.
  static func read(symbols path: String, merges: String) throws(TokenizerError) -> Tokenizer {
    let text = try GzipFile.text(merges)
    let lines = text.split(whereSeparator: \.isNewline).drop { $0.hasPrefix("#version:") }
    guard let ids = try object(path) as? [String: Int] else {
      throw .otherScheme(path: path, reason: "no ids by token")
    }
    return try tokenizer(lines.map(String.init), ids, path)
  }

  /// From `tokenizer.json`.
  static func read(whole path: String) throws(TokenizerError) -> Tokenizer {
    let whole = try object(path)
    let model = whole["model"] as? [String: Any] ?? [:]
    guard model["type"] as? String ?? "BPE" == "BPE", model["end_of_word_suffix"] as? String == ByteSymbols.endOfWord,
      let ids = model["vocab"] as? [String: Int], let merges = model["merges"] as? [Any]
    else { throw .otherScheme(path: path, reason: "no byte pairs with </w> at a word's end") }
    // Either "a b" or ["a", "b"], by the age of the file.
    let lines = merges.compactMap { $0 as? String ?? ($0 as? [String])?.joined(separator: " ") }
    guard lines.count == merges.count else { throw .otherScheme(path: path, reason: "merges that aren't pairs") }
    // Special tokens may stand beside the model only.
    let added = (whole["added_tokens"] as? [[String: Any]] ?? []).compactMap { token -> (String, Int)? in
      guard let content = token["content"] as? String, let id = token["id"] as? Int else { return nil }
      return (content, id)
    }
    return try tokenizer(lines, ids.merging(added) { $1 }, path)
  }

  /// Writes `vocab.json`, `merges.txt` and `tokenizer_config.json`.
  static func write(_ tokenizer: Tokenizer, into directory: String) throws(TokenizerError) {
    var ids = tokenizer.idsOfSymbols
    for (id, special) in zip(Int(tokenizer.startOfText)..., specials) { ids[special] = id }
    let settings: [String: Any] = [
      "tokenizer_class": "CLIPTokenizer", "bos_token": specials[0], "eos_token": specials[1], "unk_token": specials[1],
      "pad_token": specials[1],
    ]
    try writeJSON(ids, to: directory + "/" + TokenizerFiles.pairs.symbols)
    try tokenizer.write(to: directory + "/" + TokenizerFiles.pairs.merges)
    try writeJSON(settings, to: directory + "/" + TokenizerFiles.settings)
  }

  private static func tokenizer(
    _ merges: [String], _ ids: [String: Int], _ path: String
  ) throws(TokenizerError) -> Tokenizer {
    let tokenizer = try Tokenizer(merges: merges)
    // A whole file of our own spells them as OpenCLIP does.
    let openCLIP = WordScanner.specials.map { String(decoding: $0, as: UTF8.self) }
    let isOpenCLIP = Self.specials.allSatisfy { ids[$0] == nil } && openCLIP.allSatisfy { ids[$0] != nil }
    let specials = isOpenCLIP ? openCLIP : Self.specials
    var expected = tokenizer.idsOfSymbols
    for (id, special) in zip(Int(tokenizer.startOfText)..., specials) { expected[special] = id }
    for (symbol, id) in expected where ids[symbol] != id {
      let found = ids[symbol].map { "id \($0)" } ?? "no id"
      throw .otherScheme(path: path, reason: "“\(symbol)” has \(found) there, \(id) by the merges")
    }
    return tokenizer
  }

  private static func object(_ path: String) throws(TokenizerError) -> [String: Any] {
    let text = try GzipFile.text(path)
    guard let object = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any] else {
      throw .otherScheme(path: path, reason: "it is no JSON object")
    }
    return object
  }
}

/// A JSON file, the same bytes for the same value.
func writeJSON(_ object: [String: Any], to path: String, pretty: Bool = true) throws(TokenizerError) {
  let options: JSONSerialization.WritingOptions = [.sortedKeys, .withoutEscapingSlashes]
  guard
    let text = try? JSONSerialization.data(
      withJSONObject: object, options: pretty ? options.union(.prettyPrinted) : options)
  else {
    preconditionFailure("writeJSON: no JSON for \(object)")
  }
  try GzipFile.write(Array(text), to: path)
}

extension Tokenizer {
  /// Writes the files that Hugging Face's `CLIPTokenizer` reads.
  public func writeHuggingFace(into directory: String) throws(TokenizerError) {
    try HuggingFaceVocabulary.write(self, into: directory)
  }
}

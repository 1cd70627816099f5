/// The files from which OpenCLIP's `HFTokenizer` makes our ids, by `open_clip.get_tokenizer("local-dir:…")`.
///
/// `tokenizer.json` is what `SimpleTokenizer` does with text that is cleaned already: words cut by its expression, bytes
/// made symbols, symbols merged, start and end put around them. OpenCLIP cleans, told so by `tokenizer_kwargs`.
///
/// Rows are padded with 0, which is the token “!” too, so no token of that name can pad without being cut out of texts.
/// Rows are padded instead with an id behind all others, which is named as the separator as well, and
/// `strip_sep_token` makes separators zeros. Its name has capitals, so no cleaned text holds it.
///
/// One thing differs: `<end_of_text>` written in a caption becomes the special id behind punctuation too.
enum OpenCLIPTokenizerFiles {
  static let padding = "<PAD>"

  static func write(_ tokenizer: Tokenizer, into directory: String) throws(TokenizerError) {
    let specials = WordScanner.specials.map { String(decoding: $0, as: UTF8.self) }
    try writeJSON(
      contents(tokenizer, specials), to: directory + "/" + TokenizerFiles.whole, pretty: false)
    try writeJSON(
      [
        "tokenizer_class": "PreTrainedTokenizerFast", "bos_token": specials[0], "eos_token": specials[1],
        "pad_token": padding, "sep_token": padding, "clean_up_tokenization_spaces": false,
      ], to: directory + "/" + TokenizerFiles.settings)
  }

  private static func contents(_ tokenizer: Tokenizer, _ specials: [String]) -> [String: Any] {
    let (start, end) = (Int(tokenizer.startOfText), Int(tokenizer.endOfText))
    let added = zip(specials + [padding], [start, end, end + 1]).map { addedToken($0, $1) }
    func around(_ name: String, _ id: Int) -> [String: Any] { ["id": name, "ids": [id], "tokens": [name]] }
    func part(_ kind: String, _ name: String) -> [String: Any] { [kind: ["id": name, "type_id": 0] as [String: Any]] }
    let sequence = [part("SpecialToken", specials[0]), part("Sequence", "A"), part("SpecialToken", specials[1])]
    return [
      "version": "1.0", "added_tokens": added, "normalizer": normalizer(tokenizer), "pre_tokenizer": cut,
      "model": model(tokenizer),
      "post_processor": [
        "type": "TemplateProcessing", "single": sequence, "pair": sequence,
        "special_tokens": [specials[0]: around(specials[0], start), specials[1]: around(specials[1], end)],
      ] as [String: Any],
      "decoder": ["type": "ByteLevel", "add_prefix_space": false, "trim_offsets": false, "use_regex": false]
        as [String: Any],
    ]
  }

  private static func addedToken(_ content: String, _ id: Int) -> [String: Any] {
    [
      "id": id, "content": content, "single_word": false, "lstrip": false, "rstrip": false, "normalized": false,
      "special": true,
    ]
  }

  /// What is done already where OpenCLIP cleans.
  private static func normalizer(_ tokenizer: Tokenizer) -> [String: Any] {
    let spaces: [String: Any] = ["type": "Replace", "pattern": ["Regex": #"\s+"#], "content": " "]
    let lower = tokenizer.options.cleaning == .whitespace ? [] : [["type": "Lowercase"] as [String: Any]]
    return ["type": "Sequence", "normalizers": [spaces] + lower]
  }

  /// See `WordScanner`; the long s is an s without its case.
  private static var cut: [String: Any] {
    [
      "type": "Sequence",
      "pretokenizers": [
        [
          "type": "Split", "behavior": "Removed", "invert": true,
          "pattern": ["Regex": #"'[sſ]|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}|[^\s\p{L}\p{N}]+"#],
        ] as [String: Any],
        ["type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true, "use_regex": false] as [String: Any],
      ],
    ]
  }

  private static func model(_ tokenizer: Tokenizer) -> [String: Any] {
    let ids = tokenizer.idsOfSymbols
    return [
      "type": "BPE", "continuing_subword_prefix": "", "end_of_word_suffix": ByteSymbols.endOfWord, "fuse_unk": false,
      "byte_fallback": false, "vocab": ids, "merges": tokenizer.possibleMerges(ids),
    ]
  }
}

extension Tokenizer {
  /// The last of equal symbols has the id. A line without symbols has none.
  var idsOfSymbols: [String: Int] {
    var ids: [String: Int] = [:]
    for (id, symbol) in symbols.enumerated() where !symbol.isEmpty { ids[symbol] = id }
    return ids
  }

  /// Those merges whose symbols there are; Hugging Face refuses others, which never happen.
  fileprivate func possibleMerges(_ ids: [String: Int]) -> [String] {
    mergeLines.compactMap { line in
      let parts = line.utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\r") }.map { String(Substring($0)) }
      return parts.count == 2 && parts.allSatisfy { ids[$0] != nil } ? parts.joined(separator: " ") : nil
    }
  }
}

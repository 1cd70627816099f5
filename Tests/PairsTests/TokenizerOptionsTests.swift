import Foundation
import Pairs
import TestSupport
import Testing

/// What a model's configuration says of its tokenizer, and what its files say.
@Suite struct TokenizerOptionsTests {
  private static let merges = ["a t</w>", "c at</w>", "h at</w>", "a p", "ap p", "1 2</w>"]

  private func pairs(_ cleaning: CaptionCleaning?, isHuggingFace: Bool = false) throws -> Tokenizer {
    try Tokenizer(merges: Self.merges).with(TokenizerOptions(cleaning: cleaning, isHuggingFace: isHuggingFace))
  }

  @Test func `texts are cleaned as the configuration says`() throws {
    let lower = try pairs(nil)
    #expect(try pairs(.canonicalize).encode("A_Cat's  hat!") == lower.encode("a cats hat"))
    #expect(try pairs(.whitespace).encode("A Cat") != lower.encode("A Cat"))
    #expect(try pairs(.whitespace).encode("a  cat") == lower.encode("a cat"))
    // Hugging Face's own tokenizer lowers case after OpenCLIP's cleaning.
    #expect(try pairs(.whitespace, isHuggingFace: true).encode("A Cat") == lower.encode("A Cat"))
  }

  @Test func `cleaning is part of what a tokenizer is`() throws {
    #expect(try pairs(.canonicalize).definition != pairs(nil).definition)
    #expect(try pairs(.lower).definition == pairs(nil).definition)
  }

  @Test func `the files for OpenCLIP alone give the same tokenizer`() throws {
    try temporaryDirectory { directory in
      let tokenizer = try pairs(nil)
      try tokenizer.write(into: directory)
      #expect(try names(directory) == ["bpe_vocabulary.txt.gz", "tokenizer.json", "tokenizer_config.json"])
      try FileManager.default.removeItem(atPath: directory + "/bpe_vocabulary.txt.gz")
      let again = try openTokenizer(directory: directory)
      #expect(again.definition == tokenizer.definition && again.vocabularySize == tokenizer.vocabularySize)
    }
  }

  // MARK: Word pieces

  private static let pieces = [
    "[PAD]", "[UNK]", "[CLS]", "[SEP]", "naive", "na\u{EF}ve", "Cat", "cat", "\u{732B}", "\u{732B}\u{732B}", "!",
  ]

  private func words(
    _ settings: String, _ options: TokenizerOptions = TokenizerOptions(), _ body: (any CaptionTokenizer) throws -> Void
  ) throws {
    try temporaryDirectory { directory in
      try write(Self.pieces.map { $0 + "\r\n" }.joined(), directory + "/vocab.txt")
      try write(settings, directory + "/tokenizer_config.json")
      try body(openTokenizer(file: directory + "/vocab.txt", options))
    }
  }

  @Test(arguments: [
    ("{\"do_lower_case\": true}", [Int32(4), 7, 8, 8]),
    ("{\"do_lower_case\": true, \"strip_accents\": false}", [5, 7, 8, 8]),
    ("{\"do_lower_case\": false}", [5, 6, 8, 8]),
    ("{\"do_lower_case\": false, \"strip_accents\": true}", [4, 6, 8, 8]),
    ("{\"do_lower_case\": true, \"tokenize_chinese_chars\": false}", [4, 7, 9]),
  ])
  func `BERT's settings are applied`(_ settings: String, _ ids: [Int32]) throws {
    try words(settings) { tokenizer in
      #expect(tokenizer.encode("na\u{EF}ve Cat \u{732B}\u{732B}") == ids)
      // And kept where the tokenizer is written.
      try temporaryDirectory { directory in
        try tokenizer.write(into: directory)
        #expect(try openTokenizer(directory: directory).definition == tokenizer.definition)
      }
    }
  }

  @Test(arguments: [
    ("{\"do_basic_tokenize\": false}", "do_basic_tokenize"), ("{\"never_split\": [\"a\"]}", "never_split"),
    ("{\"sep_token\": \"</s>\"}", "sep_token"),
  ])
  func `settings that aren't applied are refused by name`(_ settings: String, _ name: String) throws {
    let error = #expect(throws: TokenizerError.self) { try words(settings) { _ in } }
    #expect(error?.description.contains(name) == true)
  }

  @Test func `the separator is stripped, and captions are made canonical`() throws {
    try words("{}", TokenizerOptions(stripsSeparator: true)) { tokenizer in
      #expect(tokenizer.tokens("cat", contextLength: 5) == [2, 7, 0, 0, 0])
    }
    try words("{}", TokenizerOptions(cleaning: .canonicalize)) { tokenizer in
      #expect(tokenizer.encode("CAT!") == [7])
    }
  }

  @Test func `one of Hugging Face's two files alone is named`() throws {
    try temporaryDirectory { directory in
      try write("{}", directory + "/vocab.json")
      let error = #expect(throws: TokenizerError.self) { try openTokenizer(directory: directory) }
      #expect(error?.description.contains("merges.txt isn't beside it") == true)
    }
  }

  @Test func `OpenAI's vocabulary is asked for where the model has its ids`() throws {
    guard OpenAIVocabulary.path == nil else { return }
    try temporaryDirectory { directory in
      let error = #expect(throws: TokenizerError.self) { try openTokenizer(directory: directory, isOpenAI: true) }
      #expect(error?.description.contains("launch/vocabulary") == true)
    }
  }
}

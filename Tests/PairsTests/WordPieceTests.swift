import Foundation
import Pairs
import Testing

/// BERT's ids by transformers: Tests/Golden/wordpiece.py.
private struct Golden: Decodable {
  struct Vocabulary: Decodable {
    let vocabulary: [String]
    let plain: [[Int32]]
    let cleaned: [[Int32]]
    let rows: [[Int32]]
  }

  struct Captions: Decodable {
    struct Case: Decodable { let text: String }
    let cases: [Case]
  }

  let extra: [String]
  let uncased: Vocabulary
  let cased: Vocabulary

  static let directory = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Golden")

  static func read() throws -> (Golden, texts: [String]) {
    let golden = try JSONDecoder().decode(Golden.self, from: data("wordpiece.json"))
    let captions = try JSONDecoder().decode(Captions.self, from: data("tokenizer.json"))
    return (golden, captions.cases.map(\.text) + golden.extra)
  }

  private static func data(_ name: String) throws -> Data { try Data(contentsOf: directory.appending(path: name)) }
}

extension TemporaryFolder {
  fileprivate func vocabulary(_ pieces: [String], settings: String? = nil) throws -> String {
    try write("vocab.txt", pieces.map { $0 + "\n" }.joined())
    if let settings { try write("tokenizer_config.json", settings) }
    return path + "/vocab.txt"
  }
}

@Suite struct WordPieceTests {
  @Test(arguments: [false, true]) func `gives BERT's ids in every script`(cased: Bool) throws {
    let (golden, texts) = try Golden.read()
    let expected = cased ? golden.cased : golden.uncased
    let folder = try TemporaryFolder()
    let tokenizer = try WordPieceTokenizer(file: folder.vocabulary(expected.vocabulary))
    #expect(tokenizer.cased == cased && tokenizer.vocabularySize == expected.vocabulary.count)
    #expect(texts.count > 400)
    for (text, (plain, cleaned)) in zip(texts, zip(expected.plain, expected.cleaned)) {
      #expect(tokenizer.encode(cleaned: text) == plain, "\(text.debugDescription)")
      #expect(tokenizer.encode(text) == cleaned, "\(text.debugDescription)")
    }
  }

  @Test func `gives BERT's rows, from [CLS] to [SEP] and padding`() throws {
    let (golden, texts) = try Golden.read()
    let folder = try TemporaryFolder()
    let tokenizer = try WordPieceTokenizer(file: folder.vocabulary(golden.uncased.vocabulary))
    for (text, row) in zip(texts, golden.uncased.rows) {
      #expect(tokenizer.tokens(text, contextLength: 12) == row, "\(text.debugDescription)")
    }
    #expect(tokenizer.lastToken == 4 && tokenizer.paddingToken == 0)
  }

  @Test func `what its files say of case goes before what its pieces show, and is written`() throws {
    let pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "apple", "red", "##s"]
    let folder = try TemporaryFolder()
    let plain = try WordPieceTokenizer(file: folder.vocabulary(pieces))
    #expect(plain.encode("Red apples") == [5, 4, 6])
    #expect(plain.decode([5, 4, 6]) == "red apples")
    let cased = try WordPieceTokenizer(file: folder.vocabulary(pieces, settings: #"{"do_lower_case": false}"#))
    #expect(cased.encode("Red apples") == [1, 4, 6])
    #expect(cased.definition != plain.definition)
    let copy = try TemporaryFolder()
    try cased.write(into: copy.path)
    let read = try openTokenizer(directory: copy.path)
    #expect(read.definition == cased.definition && read is WordPieceTokenizer)
  }

  @Test func `a vocabulary without a special piece is refused`() throws {
    for missing in ["[UNK]", "[CLS]", "[SEP]", "[PAD]"] {
      let pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a"].filter { $0 != missing }
      let folder = try TemporaryFolder()
      let path = try folder.vocabulary(pieces)
      #expect(throws: TokenizerError.noSpecial(path: path, token: missing)) { try WordPieceTokenizer(file: path) }
    }
  }
}

@Suite struct TokenizerFilesTests {
  @Test func `a directory's tokenizer is known by its files`() throws {
    let folder = try TemporaryFolder()
    #expect(throws: TokenizerError.noTokenizer(directory: folder.path)) { try openTokenizer(directory: folder.path) }
    let pairs = try Tokenizer(merges: ["a b", "ab c</w>"])
    try pairs.writeHuggingFace(into: folder.path)
    let theirs = try openTokenizer(directory: folder.path)
    #expect(theirs.definition == pairs.definition && theirs.encode("abc") == pairs.encode("abc"))
    try folder.write("merges.txt", "#version: 0.2\r\na b\r\nab c</w>\r\n")
    #expect(try openTokenizer(directory: folder.path).encode("abc") == pairs.encode("abc"))
    try pairs.write(into: folder.path)
    #expect(try openTokenizer(directory: folder.path).definition == pairs.definition)
  }

  @Test func `Hugging Face's own tokenizer files are read, tokenizer.json too`() throws {
    let golden = Golden.directory.appending(path: "hugging-face").path
    let tokenizer = try openTokenizer(directory: golden)
    #expect(tokenizer.vocabularySize == 518 && tokenizer.lastToken == 517)
    #expect(tokenizer.encode("a red apple").count == 5)
    let ids = try String(contentsOfFile: golden + "/vocab.json", encoding: .utf8)
    for merges in [#"["a p", "r e", "re d</w>", "ap p"]"#, #"[["a", "p"], ["r", "e"], ["re", "d</w>"], ["ap", "p"]]"#] {
      let folder = try TemporaryFolder()
      try folder.write(
        "tokenizer.json",
        #"{"model": {"type": "BPE", "end_of_word_suffix": "</w>", "vocab": \#(ids), "merges": \#(merges)}}"#)
      #expect(try openTokenizer(directory: folder.path).definition == tokenizer.definition)
    }
  }

  @Test func `a vocabulary of another order, or of no byte pairs, is refused`() throws {
    let folder = try TemporaryFolder()
    try folder.write("merges.txt", "#version: 0.2\na b\n")
    try folder.write("vocab.json", #"{"a": 0, "b": 1}"#)
    let error = #expect(throws: TokenizerError.self) { try openTokenizer(directory: folder.path) }
    #expect(error?.description.contains("vocab.json is of another tokenizer") == true)
    let other = try TemporaryFolder()
    try other.write("tokenizer.json", #"{"model": {"type": "WordPiece", "vocab": {}}}"#)
    #expect(throws: TokenizerError.self) { try openTokenizer(directory: other.path) }
  }

  @Test func `a file is merges by its first line, pieces by [UNK]`() throws {
    let folder = try TemporaryFolder()
    try folder.write("a.txt", "#version: 0.2\na b")
    try folder.write("b.txt", "[PAD]\n[UNK]\n[CLS]\n[SEP]\na\n")
    try folder.write("c.txt", "a\nb\n")
    #expect(try openTokenizer(file: folder.path + "/a.txt") is Tokenizer)
    #expect(try openTokenizer(file: folder.path + "/b.txt") is WordPieceTokenizer)
    let path = folder.path + "/c.txt"
    #expect(throws: TokenizerError.notAVocabulary(path: path)) { try openTokenizer(file: path) }
  }
}

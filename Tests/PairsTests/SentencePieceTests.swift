import Foundation
import Pairs
import TestSupport
import Testing

/// OpenCLIP's `HFTokenizer` on a vocabulary that sentencepiece trained: `Tests/Golden/sentencepieces.py`.
@Suite struct SentencePieceTests {
  private struct Expected: Decodable {
    let captions: [String]
    let vocabulary: Int
    let canonicalize: [[Int32]]
    let whitespace: [[Int32]]
  }

  private static let directory = Golden.path("sentencepieces")
  private static let forms = ["spiece.model", "tokenizer.json"]
  private let expected: Expected

  init() throws {
    let data = try Data(contentsOf: URL(fileURLWithPath: Golden.path("sentencepieces.json")))
    expected = try JSONDecoder().decode(Expected.self, from: data)
  }

  private func opened(_ form: String, _ cleaning: CaptionCleaning? = nil) throws -> any CaptionTokenizer {
    try openTokenizer(file: "\(Self.directory)/\(form)", TokenizerOptions(cleaning: cleaning))
  }

  @Test(arguments: forms) func `ids are OpenCLIP's`(_ form: String) throws {
    let canonical = try opened(form, .canonicalize)
    for (caption, ids) in zip(expected.captions, expected.canonicalize) {
      #expect(canonical.tokens(caption, contextLength: 16) == ids, "\(caption.debugDescription)")
    }
    let kept = try opened(form)
    // Where punctuation is kept, a special token written in a caption is text here.
    for (caption, ids) in zip(expected.captions, expected.whitespace) where !caption.contains("</s>") {
      #expect(kept.tokens(caption, contextLength: 16) == ids, "\(caption.debugDescription)")
    }
  }

  @Test func `both forms are one tokenizer`() throws {
    let tokenizers = try Self.forms.map { try opened($0) }
    #expect(tokenizers[0].definition == tokenizers[1].definition)
    for tokenizer in tokenizers {
      #expect(tokenizer.vocabularySize == expected.vocabulary)
      #expect(tokenizer.lastToken == 1 && tokenizer.paddingToken == 1)
      #expect(tokenizer.decode(tokenizer.encode("a red apple")) == "a red apple")
      #expect(try opened("spiece.model", .canonicalize).definition != tokenizer.definition)
    }
  }

  /// A piece of another kind, and characters that stay what they are.
  @Test(arguments: [
    (##""content": "<pad>""##, ##""content": "</pad>""##),
    (##""precompiled_charsmap": "[^"]+""##, ##""precompiled_charsmap": """##),
  ])
  func `other rules make another tokenizer of the same pieces`(_ from: String, _ to: String) throws {
    let text = try String(contentsOfFile: "\(Self.directory)/tokenizer.json", encoding: .utf8)
    let changed = text.replacingOccurrences(of: from, with: to, options: .regularExpression)
    try #require(changed != text)
    try temporaryDirectory { path in
      try Data(changed.utf8).write(to: URL(fileURLWithPath: path + "/tokenizer.json"))
      let (other, one) = (try openTokenizer(directory: path), try opened("tokenizer.json"))
      #expect(other.vocabularySize == one.vocabularySize && other.definition != one.definition)
    }
  }

  @Test func `where transformers has no such tokenizer the reason names no path`() throws {
    let tokenizer = try #require(try opened("spiece.model", .lower) as? SentencePieceTokenizer)
    try temporaryDirectory { path in
      let error = #expect(throws: TokenizerError.self) { try tokenizer.writeHuggingFace(into: path) }
      #expect(error?.description.contains("clean: lower") == true && error?.description.contains(path) == false)
      let files = try FileManager.default.contentsOfDirectory(atPath: path)
      #expect(files.isEmpty)
    }
  }

  @Test func `a class that keeps case says nothing new by that`() throws {
    let settings = #"{"do_lower_case": false, "tokenizer_class": "GemmaTokenizer", "pad_token": "<pad>"}"#
    try copied("spiece.model", settings: settings) { tokenizer in
      let tokenizer = try tokenizer()
      #expect(tokenizer.paddingToken == 0)
    }
  }

  @Test(arguments: forms) func `is written as it was read`(_ form: String) throws {
    let tokenizer = try opened(form)
    try temporaryDirectory { path in
      try tokenizer.write(into: path)
      let again = try openTokenizer(directory: path)
      #expect(again.definition == tokenizer.definition)
      let files = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
      #expect(files == [form, "tokenizer_config.json"].sorted())
      let settings = try String(contentsOfFile: path + "/tokenizer_config.json", encoding: .utf8)
      #expect(settings.replacing(/\s/, with: "").contains(#""model_input_names":["input_ids"]"#))
      #expect(
        FileManager.default.contents(atPath: "\(path)/\(form)")
          == FileManager.default.contents(atPath: "\(Self.directory)/\(form)"))
    }
  }

  @Test func `special tokens are those that the settings beside name`() throws {
    for form in Self.forms {
      try copied(form, settings: #"{"pad_token": {"content": "<pad>"}, "eos_token": "</s>"}"#) { tokenizer in
        let tokenizer = try tokenizer()
        #expect(tokenizer.paddingToken == 0 && tokenizer.lastToken == 1)
        #expect(tokenizer.tokens("x", contextLength: 5).suffix(3) == [1, 0, 0])
      }
    }
  }

  @Test(arguments: [
    (#"{"pad_token": "[PAD]"}"#, "[PAD]"), (#"{"add_bos_token": true}"#, "add_bos_token"),
    (#"{"do_lower_case": false}"#, "do_lower_case"), (#"{"padding_side": "left"}"#, "padding_side"),
  ])
  func `a setting beside that isn't applied is refused by name`(_ settings: String, _ name: String) throws {
    try copied("spiece.model", settings: settings) { tokenizer in
      let error = #expect(throws: TokenizerError.self) { try tokenizer() }
      #expect(error?.description.contains(name) == true, "\(String(describing: error))")
    }
  }

  @Test(arguments: [
    (#""byte_fallback": false"#, #""byte_fallback": true"#, "byte_fallback"),
    (#""type": "Precompiled""#, #""type": "Lowercase""#, "Lowercase"),
    (#""type": "WhitespaceSplit""#, #""type": "ByteLevel""#, "ByteLevel"),
    (#""prepend_scheme": "always""#, #""prepend_scheme": "never""#, "prepend_scheme"),
    (#""unk_id": 2"#, #""unk_id": 9999"#, "unk_id"), (#""single": ["#, #""other": ["#, "post_processor"),
    (#"["e", "#, #"["e", "x", "#, "piece 4"), (#"["e", "#, #"["▁", "#, "▁"),
    (#""precompiled_charsmap": "AAQ"#, #""precompiled_charsmap": "!!!"#, "precompiled_charsmap"),
  ])
  func `a file that means something else is refused by name`(_ from: String, _ to: String, _ name: String) throws {
    let text = try String(contentsOfFile: "\(Self.directory)/tokenizer.json", encoding: .utf8)
    try #require(text.contains(from))
    try temporaryDirectory { path in
      try Data(text.replacing(from, with: to).utf8).write(to: URL(fileURLWithPath: path + "/tokenizer.json"))
      let error = #expect(throws: TokenizerError.self) { try openTokenizer(directory: path) }
      #expect(error?.description.contains(name) == true, "\(String(describing: error))")
    }
  }

  @Test func `what is no vocabulary is refused with the library's reason`() throws {
    try temporaryDirectory { path in
      for bytes in [Data(), Data("no model".utf8), Data(repeating: 0xFF, count: 99)] {
        try bytes.write(to: URL(fileURLWithPath: path + "/x.model"))
        let error = #expect(throws: TokenizerError.self) { try openTokenizer(file: path + "/x.model") }
        #expect(error?.description.contains("x.model is of another tokenizer") == true, "\(String(describing: error))")
      }
    }
  }

  /// The library follows a damaged table out of its memory.
  @Test func `a damaged file is refused or read, and ends no process`() throws {
    let whole = [UInt8](try Data(contentsOf: URL(fileURLWithPath: Self.directory + "/spiece.model")))
    var state: UInt64 = 1
    func random(_ count: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int(state >> 33) % count
    }
    try temporaryDirectory { path in
      let file = path + "/x.model"
      var refused = 0
      for turn in 0..<600 {
        var bytes = whole
        for _ in 0..<3 { bytes[random(bytes.count)] = UInt8(random(256)) }
        if turn % 6 == 0 { bytes.removeLast(random(bytes.count)) }
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        guard let tokenizer = try? openTokenizer(file: file) else {
          refused += 1
          continue
        }
        for caption in expected.captions { _ = tokenizer.encode(caption) }
      }
      #expect(200..<600 ~= refused, "\(refused)")
    }
  }

  private func copied(
    _ form: String, settings: String, _ body: (() throws -> any CaptionTokenizer) throws -> Void
  ) throws {
    try temporaryDirectory { path in
      try FileManager.default.copyItem(atPath: "\(Self.directory)/\(form)", toPath: "\(path)/\(form)")
      try Data(settings.utf8).write(to: URL(fileURLWithPath: path + "/tokenizer_config.json"))
      try body { try openTokenizer(directory: path) }
    }
  }
}

import Foundation
import Pairs
import Testing

/// OpenCLIP's ids for captions in many scripts: Tests/Golden/tokenizer.py.
private struct Golden: Decodable {
  struct Case: Decodable {
    let text: String
    let ids: [Int32]
    let decoded: String
    let tokens: [Int32]
  }

  let vocabulary: Int
  let cases: [Case]

  static let directory = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Golden")
  static let merges = directory.appending(path: "tokenizer-merges.txt.gz").path

  static func read() throws -> Golden {
    try JSONDecoder().decode(Golden.self, from: Data(contentsOf: directory.appending(path: "tokenizer.json")))
  }
}

private func temporary(_ name: String) -> String {
  FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString)-\(name)").path
}

@Suite struct TokenizerTests {
  @Test func `gives OpenCLIP's ids in every script`() throws {
    let golden = try Golden.read()
    let tokenizer = try Tokenizer(file: Golden.merges)
    #expect(tokenizer.vocabularySize == golden.vocabulary)
    #expect(golden.cases.count >= 400)
    for example in golden.cases {
      #expect(tokenizer.encode(example.text) == example.ids, "\(example.text.debugDescription)")
    }
  }

  @Test func `gives OpenCLIP's rows and texts`() throws {
    let tokenizer = try Tokenizer(file: Golden.merges)
    for example in try Golden.read().cases {
      #expect(tokenizer.tokens(example.text, contextLength: 16) == example.tokens, "\(example.text.debugDescription)")
      #expect(Array(tokenizer.decode(example.ids).utf8) == Array(example.decoded.utf8), "\(example.ids)")
    }
  }

  @Test func `a row starts, ends and is padded, however long its text`() throws {
    let tokenizer = try Tokenizer(file: Golden.merges)
    let (start, end) = (tokenizer.startOfText, tokenizer.endOfText)
    #expect(tokenizer.tokens("", contextLength: 4) == [start, end, 0, 0])
    let ids = tokenizer.encode("1 2 3 4 5")
    #expect(tokenizer.tokens("1 2 3 4 5", contextLength: 7) == [start] + ids + [end])
    #expect(tokenizer.tokens("1 2 3 4 5", contextLength: 6) == [start] + ids.prefix(4) + [end])
    #expect(tokenizer.tokens("1 2 3 4 5", contextLength: 2) == [start, end])
  }

  @Test func `what is decoded encodes to the same ids`() throws {
    let tokenizer = try Tokenizer(file: Golden.merges)
    for text in ["a red apple", "девочка ест", "女の子が道で", "don't stop !", "👩‍🚒"] {
      let ids = tokenizer.encode(text)
      #expect(tokenizer.encode(tokenizer.decode(ids)) == ids)
    }
  }

  @Test func `a letter with a mark is not the letter that includes it`() throws {
    // Swift's strings call e + ◌̸ forms equal where they are canonically so; ids must follow the scalars after cleaning.
    let tokenizer = try Tokenizer(merges: [])
    #expect(tokenizer.encode("q\u{301}").count == 3)
    #expect(tokenizer.encode("e\u{301}") == tokenizer.encode("\u{E9}"))
    #expect(tokenizer.encode("ὰ") == tokenizer.encode("α\u{300}"))
  }

  /// Every character that Unicode takes apart: as it is, wholly apart, its last part alone apart. Foundation says what
  /// Normal Form C is; without merges ids are bytes.
  @Test func `what Unicode composes is composed, in every script`() throws {
    let tokenizer = try Tokenizer(merges: [])
    var tried = 0
    for scalar in (0x80..<0x30000).lazy.compactMap({ Unicode.Scalar($0) }) {
      let apart = String(scalar).decomposedStringWithCanonicalMapping
      guard !apart.unicodeScalars.elementsEqual([scalar]), let last = apart.unicodeScalars.last else { continue }
      var stem = String.UnicodeScalarView(apart.unicodeScalars.dropLast())
      stem = String.UnicodeScalarView(String(stem).precomposedStringWithCanonicalMapping.unicodeScalars)
      stem.append(last)
      let composed = tokenizer.encode(apart.precomposedStringWithCanonicalMapping)
      for text in [String(scalar), apart, String(stem)] {
        #expect(tokenizer.encode(text) == composed, "\(text.unicodeScalars.map { String($0.value, radix: 16) })")
      }
      tried += 1
    }
    #expect(tried > 13_000)
  }

  /// Hebrew, Arabic and Thai; classes 11 before 18, 27 before 33, 103 before 107.
  @Test(arguments: [["ב", "\u{5B1}", "\u{5B8}"], ["ب", "\u{64B}", "\u{651}"], ["ก", "\u{E38}", "\u{E48}"]])
  func `marks are put in order`(parts: [String]) throws {
    let tokenizer = try Tokenizer(merges: [])
    let (right, wrong) = (parts.joined(), parts[0] + parts[2] + parts[1])
    #expect(!right.utf8.elementsEqual(wrong.utf8))
    #expect(tokenizer.encode(wrong) == tokenizer.encode(right))
    // Letters and marks are words of their own.
    #expect(
      tokenizer.decode(tokenizer.encode(right)).unicodeScalars.filter { $0 != " " }.elementsEqual(right.unicodeScalars))
  }

  @Test func `threads share a tokenizer and agree`() throws {
    let golden = try Golden.read().cases
    let tokenizer = try Tokenizer(file: Golden.merges)
    DispatchQueue.concurrentPerform(iterations: 4) { _ in
      for example in golden { #expect(tokenizer.encode(example.text) == example.ids) }
    }
  }

  @Test func `more words than the cache holds`() throws {
    let tokenizer = try Tokenizer(file: Golden.merges)
    let fresh = try Tokenizer(file: Golden.merges)
    let letters = Array("abcdefghijklmnopqrstuvwxyz")
    for n in 0..<140_000 {
      _ = tokenizer.encode(String([letters[n % 26], letters[n / 26 % 26], letters[n / 676 % 26], letters[n / 17_576]]))
    }
    #expect(tokenizer.encode("a red apple, abcd") == fresh.encode("a red apple, abcd"))
  }

  @Test func `a file that isn't one is refused in a sentence`() throws {
    #expect(throws: TokenizerError.unreadable(path: "/nowhere/merges.txt")) {
      try Tokenizer(file: "/nowhere/merges.txt")
    }
    #expect(throws: TokenizerError.malformed(line: 3, text: "three symbols here")) {
      try Tokenizer(merges: ["a b", "three symbols here"])
    }
    let path = temporary("binary")
    defer { try? FileManager.default.removeItem(atPath: path) }
    try Data([0xFF, 0xFE, 0x00]).write(to: URL(filePath: path))
    #expect(throws: TokenizerError.notText(path: path)) { try Tokenizer(file: path) }
    for text in ["one line of any text", "", "a b\nc d"] {
      try Data(text.utf8).write(to: URL(filePath: path))
      #expect(throws: TokenizerError.noHeader(path: path)) { try Tokenizer(file: path) }
    }
  }
}

@Suite struct TokenizerTrainingTests {
  @Test func `learns the merges that plain byte-pair learning does`() throws {
    let golden = try Golden.read()
    let trained = try Tokenizer.train(captions: golden.cases.map(\.text), vocabularySize: golden.vocabulary)
    let expected = try Tokenizer(file: Golden.merges)
    #expect(trained.mergeLines == expected.mergeLines)
  }

  @Test func `the order of captions is of no account`() throws {
    let captions = try Golden.read().cases.map(\.text)
    let forward = try Tokenizer.train(captions: captions, vocabularySize: 900)
    let backward = try Tokenizer.train(captions: captions.reversed(), vocabularySize: 900)
    #expect(forward.vocabularySize == 900)
    #expect(forward.mergeLines == backward.mergeLines)
  }

  @Test(arguments: ["merges.txt", "merges.txt.gz"])
  func `what is written reads back, and is the same bytes each time`(name: String) throws {
    let captions = try Golden.read().cases.map(\.text)
    let tokenizer = try Tokenizer.train(captions: captions, vocabularySize: 800)
    let paths = [temporary(name), temporary(name)]
    defer { for path in paths { try? FileManager.default.removeItem(atPath: path) } }
    for path in paths { try tokenizer.write(to: path) }
    #expect(try Data(contentsOf: URL(filePath: paths[0])) == Data(contentsOf: URL(filePath: paths[1])))
    let read = try Tokenizer(file: paths[0])
    #expect(read.vocabularySize == tokenizer.vocabularySize)
    #expect(captions.allSatisfy { read.encode($0) == tokenizer.encode($0) })
  }

  @Test func `few captions give fewer merges than asked for`() throws {
    let tokenizer = try Tokenizer.train(captions: ["ab ab", "xy"], vocabularySize: 1000)
    #expect(tokenizer.vocabularySize == 515)
    #expect(tokenizer.encode("ab").count == 1)
    #expect(tokenizer.encode("xy").count == 2)
  }

  @Test(arguments: [0, 513, 49_409]) func `an impossible vocabulary is refused`(size: Int) {
    #expect(throws: TokenizerError.vocabularySize(asked: size)) {
      try Tokenizer.train(captions: ["a"], vocabularySize: size)
    }
  }

  @Test func `no merges at all leave bytes`() throws {
    let tokenizer = try Tokenizer.train(captions: ["abab"], vocabularySize: 514)
    #expect(tokenizer.encode("ab") == [64, 65 + 256])
    #expect(tokenizer.startOfText == 512)
  }
}

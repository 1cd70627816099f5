import Files
import Foundation
import Pairs
import Randomness
import Testing

private func text(_ string: String) -> [UInt8] { Array(string.utf8) }

private func utf16(_ string: String, bigEndian: Bool = false) -> [UInt8] {
  string.utf16.flatMap { unit in
    let bytes = [UInt8(unit & 255), UInt8(unit >> 8)]
    return bigEndian ? bytes.reversed() : bytes
  }
}

/// The pair of a tar with a picture and these files, and what isn't used of it.
private func pair(
  txt: [UInt8]? = nil, json: [UInt8]? = nil, _ change: (inout ReadingOptions) -> Void = { _ in }
) throws -> Pair {
  let folder = try TemporaryFolder()
  let members = [("k.png", [1])] + (txt.map { [("k.txt", $0)] } ?? []) + (json.map { [("k.json", $0)] } ?? [])
  var options = ReadingOptions()
  change(&options)
  return try openPairs([try folder.tar("a.tar", members)], options).pair(at: 0)
}

@Suite struct CaptionTests {
  private static let marked: [[UInt8]] = [
    text("a red apple"), [0xEF, 0xBB, 0xBF] + text("a red apple"), text("a red apple\r\n"), text("a red apple\0\0\0\0"),
    [0xFF, 0xFE] + utf16("a red apple"), [0xFE, 0xFF] + utf16("a red apple", bigEndian: true),
  ]

  @Test(arguments: marked)
  func `a text is what it says, whatever its mark and its end`(bytes: [UInt8]) throws {
    #expect(try pair(txt: bytes).captions == ["a red apple"])
  }

  private static let others: [(bytes: [UInt8], words: String, encoding: String)] = [
    (utf16("a red apple"), "looks like UTF-16 without a byte-order mark", "utf-16le"),
    ([0xE9, 0x74, 0xE9], "isn't UTF-8 at byte 0", "latin1"),
    (text("the dog") + [0x92, 0x73], "isn't UTF-8 at byte 7", "cp1252"),
    ([0xD2, 0xBB, 0xD6, 0xBB, 0xBA, 0xEC, 0xC6, 0xBB, 0xB9, 0xFB], "isn't UTF-8", "gbk"),
  ]

  @Test(arguments: others)
  func `a text of another encoding is left out by name, until the encoding is named`(
    bytes: [UInt8], words: String, encoding: String
  ) throws {
    let flaw = #expect(throws: Flaw.self) { try pair(txt: bytes) }
    #expect(flaw?.description.contains(words) == true && flaw?.description.contains("set data.encoding") == true)
    let expected = ["utf-16le": "a red apple", "latin1": "été", "cp1252": "the dog’s", "gbk": "一只红苹果"]
    #expect(try pair(txt: bytes) { $0.encoding = encoding }.captions == [expected[encoding]])
    #expect(throws: Flaw.self) { try pair(txt: [0xFF, 0xFF, 0xFF]) { $0.encoding = "utf-8" } }
  }

  @Test func `what shows nothing is no caption, and a NUL is no text`() {
    for bytes in [text(" \n\t "), [0xC2, 0xA0, 0xE3, 0x80, 0x80, 0xE2, 0x80, 0x8B], [0xEF, 0xBB, 0xBF], [0, 0], []] {
      #expect(throws: Flaw.noCaption) { try pair(txt: bytes) }
    }
    #expect(throws: Flaw.text(part: ".txt", .nul(byte: 1))) { try pair(txt: text("a\0b")) }
  }

  @Test(arguments: [
    #"{"caption": "x", "similarity": NaN}"#, #"{"caption": "x", "ratio": Infinity}"#, #"{"caption": "x"#, "",
    #"{"caption":"x",}"#, "{'caption': 'x'}", "{\"caption\":\"x\"}\n{\"caption\":\"y\"}\n", "\u{0}\u{0}",
  ])
  func `a flawed json beside a text costs nothing but is told of`(json: String) throws {
    let pair = try pair(txt: text("good"), json: text(json))
    #expect(pair.captions == ["good"] && pair.flaws.count == 1)
    #expect(pair.flaws.first?.kind == "flawed .json files beside a good .txt" && pair.flaws.first?.losesPair == false)
  }

  @Test(
    arguments: [
      (#"{"caption": null, "url": "u"}"#, []), (#"{"caption": 7}"#, []), (#"[1, 2]"#, []),
      (#"{"captions": "x"}"#, ["x"]),
      (#"{"caption": ["x", "y"]}"#, ["x", "y"]), (#"{"captions": [["x"], ["y"]]}"#, ["x", "y"]),
      (#"{"captions": ["x", null, "y"]}"#, ["x", "y"]), (#"{"captions": [{"caption": "x", "id": 3}]}"#, ["x"]),
      (#"["x", "y"]"#, ["x", "y"]), (#"{"caption":"x","id":123456789012345678901234567890,"f":1e999}"#, ["x"]),
      ("\u{FEFF}{\"caption\": \"x\"}", ["x"]),
    ] as [(String, [String])])
  func `whatever else a json holds, its captions join the text`(json: String, more: [String]) throws {
    let pair = try pair(txt: text("good"), json: text(json))
    #expect(pair.captions == ["good"] + more && pair.flaws.isEmpty)
  }

  @Test(arguments: [
    #"{"text": "x", "title": "t"}"#, #"{"TEXT": "x", "URL": "u"}"#, #"{"title": "x"}"#, #"{"Caption": "x"}"#,
    #"{"caption": "x", "similarity": NaN}"#, #"{"caption": "x", "text": "t"}"#,
  ])
  func `a json alone may call its caption otherwise, and hold what Python adds to JSON`(json: String) throws {
    #expect(try pair(json: text(json)).captions == ["x"])
  }

  @Test func `a json alone that can't be read loses the pair`() {
    for json in ["", #"{"caption": "x"#, #"{"caption": null}"#, "[]"] {
      #expect(throws: Flaw.self) { try pair(json: text(json)) }
    }
  }

  @Test func `captions are drawn by their fields' shares, as a function of the sample alone`() throws {
    let json = text(#"{"caption": "c", "alt": ["a1", "a2"], "other": "o"}"#)
    func set(_ options: inout ReadingOptions) {
      options.captions = [.init("caption", 0.75), .init("alt", 0.25), .init("gone", 5)]
    }
    let pair = try pair(txt: text("t"), json: json, set)
    #expect(pair.captions == ["c", "a1", "a2"] && pair.shares == [0.75, 0.125, 0.125])
    #expect(try CaptionTests.shareOf("c", pair) > 0.7)
    #expect(try CaptionTests.shareOf("a1", pair) > 0.1 && CaptionTests.shareOf("a1", pair) < 0.15)
    let both = try CaptionTests.pairOf(json) { $0.captions = [.init("txt", 1), .init("caption", 1)] }
    #expect(both.captions == ["t", "c"])
    #expect(throws: Flaw.noCaption) { try CaptionTests.pairOf(json) { $0.captions = [.init("gone", 1)] } }
  }

  private static func pairOf(_ json: [UInt8], _ change: (inout ReadingOptions) -> Void) throws -> Pair {
    try pair(txt: text("t"), json: json, change)
  }

  /// How often a loader draws a caption.
  private static func shareOf(_ caption: String, _ pair: Pair) throws -> Double {
    struct One: PairSource {
      let made: Pair
      let count = 1
      func pair(at index: Int) throws -> Pair { made }
    }
    let source = One(
      made: Pair(key: "k", image: try colorFile(1), captions: pair.captions, shares: pair.shares))
    let loader = BatchLoader(
      source: source, order: SampleOrder(seed: 3, count: 1), transform: .training(side: 2), contextLength: 1,
      tokenize: { [$0 == caption ? 1 : 0] }
    ) { $0 < 1 ? Array(0..<2000) : nil }
    return try Double(loader.next()?.tokens.reduce(0, +) ?? 0) / 2000
  }
}

import Demonstrations
import Foundation
import Pairs
import TestSupport
import Testing

private let installed = [EmojiSources().list, EmojiSources().noto, "\(EmojiSources().annotations)/annotations/zh.xml"]
  .allSatisfy { FileManager.default.fileExists(atPath: $0) }

@Suite(.enabled(if: installed, "needs Debian's fonts-noto-color-emoji, unicode-cldr-core, unicode-data"))
struct LanguageTests {
  /// Two fruits, a trade, and an emoji that CLDR 41 doesn't know.
  private func sources(in directory: String) throws -> EmojiSources {
    let list = """
      # group: Food & Drink
      # subgroup: food-fruit
      1F34E ; fully-qualified # 🍎 E0.6 red apple
      1F34C ; fully-qualified # 🍌 E0.6 banana
      # subgroup: animal-mammal
      1FACE ; fully-qualified # 🫎 E15.0 moose
      1F408 ; fully-qualified # 🐈 E0.7 cat
      """
    try write(list, "\(directory)/list.txt")
    var sources = EmojiSources()
    sources.list = "\(directory)/list.txt"
    return sources
  }

  private struct Fields: Decodable {
    let fruit: String?
    let category: String?
    let english: String?
    let language: String?
  }

  @Test func `names, keywords and classes are the language's, and what it lacks is left out and counted`() throws {
    try temporaryDirectory { directory in
      var said: [String] = []
      let shards = try EmojiShards(sources: try sources(in: directory), side: 16, language: "ZH")
      let made = try shards.write(to: directory) { said.append($0) }
      let pairs = try openPairs(["\(directory)/noto.tar"])
      let apple = try pairs.pair(at: 0)
      #expect(apple.captions == ["红苹果", "红苹果, 水果, 红, 苹果"])
      let fields = try apple.metadata(as: Fields.self)
      #expect(fields.fruit == "红苹果" && fields.english == "red apple" && fields.language == "zh")
      #expect(fields.category == nil, "CLDR has no word for food")
      #expect(try pairs.pair(at: pairs.count - 1).field("category") == "动物")
      #expect(try read("\(directory)/fruit.json").contains("香蕉"))
      #expect(try read("\(directory)/category.json").contains("动物"))
      #expect(try read("\(directory)/templates.txt") == "{}\n")
      #expect(made.first { $0.file == "noto.tar" }?.pairs == pairs.count)
      if pairs.count == 3 { #expect(said.contains("1 of 4 emoji have no name in zh: left out")) }
      #expect(said.contains("6 of 12 categories have no word of CLDR's in zh: left out"))
    }
  }

  @Test func `a language takes from those that it is a kind of`() throws {
    try temporaryDirectory { directory in
      // es_MX says little of its own; es_419 and es the rest.
      _ = try EmojiShards(sources: try sources(in: directory), side: 16, language: "es-mx").write(to: directory) { _ in
      }
      let apple = try openPairs(["\(directory)/noto.tar"]).pair(at: 0)
      #expect(apple.captions[0] == "manzana roja")
    }
  }

  @Test func `an unknown language is refused with the nearest`() throws {
    let error = #expect(throws: EmojiError.self) { try EmojiShards(language: "german") }
    #expect(error?.description.contains("“german”; the nearest that it has: de (German)") == true)
    #expect(throws: EmojiError.self) { try EmojiShards(language: "root") }
  }
}

import Demonstrations
import Foundation
import Pairs
import Testing

private let sources = EmojiSources()
private func installed(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
private let listed = installed(sources.list)
private let drawn = listed && installed(sources.noto) && installed(sources.annotations)

/// Debian 12's versions, which the counts belong to.
private let bookworm = listed && (try? sources.entries().count) == 3655

private func emoji(_ name: String) throws -> EmojiEntry {
  try #require(sources.entries().first { $0.name == name }, "no emoji \(name)")
}

@Suite(.enabled(if: listed, "needs Debian's unicode-data"))
struct EmojiListTests {
  @Test(.enabled(if: bookworm, "the counts are those of Emoji 15.0")) func `the list is Emoji 15's`() throws {
    let entries = try sources.entries()
    #expect(entries.count == 3655)
    #expect(entries.filter(\.skinTones.isEmpty).count == 1870)
    #expect(Set(entries.map(\.key)).count == 3655)
  }

  @Test func `an entry knows its code points, name and place`() throws {
    let entry = try emoji("woman firefighter: medium-dark skin tone")
    #expect(entry.code == "1f469-1f3fe-200d-1f692")
    #expect(entry.skinTones == ["medium-dark"])
    #expect(entry.group == "People & Body")
    #expect(entry.subgroup == "person-role")
    #expect(try emoji("grinning face").key == "0000_1f600")
  }
}

@Suite(.enabled(if: listed, "needs Debian's unicode-data"))
struct ClusterTests {
  @Test func `skin tones of one emoji stay in one part`() throws {
    let entries = try sources.entries()
    let clusters = Clusters(entries)
    func toneless(_ entry: EmojiEntry) -> [Unicode.Scalar] {
      entry.bare.filter { !(0x1F3FB...0x1F3FF).contains($0.value) }
    }
    for (_, group) in Dictionary(grouping: entries, by: toneless) {
      #expect(Set(group.map(clusters.part)).count == 1, "\(group.map(\.name))")
    }
  }

  @Test(arguments: [
    ["firefighter", "man firefighter", "woman firefighter: dark skin tone"],
    ["person walking", "woman walking", "man walking: light skin tone"],
    ["kiss", "kiss: person, person, light skin tone, medium skin tone", "kiss: woman, man"],
    ["couple with heart", "couple with heart: man, man"],
    ["family", "family: man, woman, boy", "family: woman, girl"],
    ["person: red hair", "woman: red hair", "man: medium skin tone, red hair"],
    ["people holding hands", "people holding hands: light skin tone, dark skin tone"],
    ["women holding hands", "woman and man holding hands: medium skin tone, light skin tone"],
    ["Santa Claus", "Mrs. Claus", "mx claus"],
  ])
  func `near-duplicates share a cluster`(names: [String]) throws {
    let clusters = Clusters(try sources.entries())
    #expect(Set(try names.map { clusters.name(of: try emoji($0)) }).count == 1)
  }

  @Test func `different things don't`() throws {
    let clusters = Clusters(try sources.entries())
    let names = ["red apple", "green apple", "man: red hair", "man: bald", "firefighter", "pilot", "person running"]
    #expect(Set(try names.map { clusters.name(of: try emoji($0)) }).count == names.count)
  }

  @Test func `one picture is one cluster`() throws {
    let flags = try ["flag: Norway", "flag: Bouvet Island", "flag: Sweden"].map(emoji)
    let pictures = [flags[0].number: [UInt8(1)], flags[1].number: [1], flags[2].number: [2]]
    let clusters = Clusters(try sources.entries(), pictures: pictures)
    // Bouvet Island comes first in the list.
    #expect(flags.map(clusters.name) == ["flag: Bouvet Island", "flag: Bouvet Island", "flag: Sweden"])
  }

  @Test(.enabled(if: bookworm, "the counts are those of Emoji 15.0")) func `parts are near 85, 5 and 10 %`() throws {
    let entries = try sources.entries()
    let clusters = Clusters(entries)
    let counts = Dictionary(grouping: entries.filter(\.skinTones.isEmpty), by: clusters.part).mapValues(\.count)
    #expect(counts == [.train: 1587, .validation: 107, .test: 176])
  }
}

@Suite(.enabled(if: drawn, "needs Debian's fonts-noto-color-emoji, unicode-cldr-core, unicode-data"))
struct EmojiShardTests {
  /// A short list, so that a whole run is quick. One entry isn't qualified, two have skin tones; “OK hand” falls to the
  /// test part.
  private func shortSources(in directory: URL) throws -> EmojiSources {
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    let short = directory.appending(path: "list.txt")
    let list = """
      # group: Food & Drink
      # subgroup: food-fruit
      1F34E ; fully-qualified # 🍎 E0.6 red apple
      1F34C ; fully-qualified # 🍌 E0.6 banana
      1F347 ; unqualified # 🍇 E0.6 grapes
      # group: People & Body
      # subgroup: person-role
      1F469 200D 1F692 ; fully-qualified # 👩‍🚒 E4.0 woman firefighter
      1F469 1F3FE 200D 1F692 ; fully-qualified # 👩🏾‍🚒 E4.0 woman firefighter: medium-dark skin tone
      # subgroup: hand-fingers-partial
      1F44C ; fully-qualified # 👌 E0.6 OK hand
      1F44C 1F3FB ; fully-qualified # 👌🏻 E1.0 OK hand: light skin tone
      # group: Flags
      # subgroup: country-flag
      1F1F3 1F1F4 ; fully-qualified # 🇳🇴 E2.0 flag: Norway
      # subgroup: subdivision-flag
      1F3F4 E0067 E0062 E0077 E006C E0073 E007F ; fully-qualified # 🏴󠁧󠁢󠁷󠁬󠁳󠁿 E5.0 flag: Wales
      # group: Symbols
      # subgroup: keycap
      0031 FE0F 20E3 ; fully-qualified # 1️⃣ E0.6 keycap: 1
      # subgroup: other-symbol
      00A9 FE0F ; fully-qualified # ©️ E0.6 copyright
      """
    try Data(list.utf8).write(to: short)
    var sources = EmojiSources()
    sources.list = short.path
    return sources
  }

  private func contents(_ directory: URL) throws -> [String: Data] {
    let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
    return try Dictionary(uniqueKeysWithValues: names.map { ($0, try Data(contentsOf: directory.appending(path: $0))) })
  }

  @Test func `two runs give the same bytes`() throws {
    let root = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: root) }
    let short = try shortSources(in: root)
    let runs = try ["a", "b"].map { name in
      let directory = root.appending(path: name)
      _ = try EmojiShards(sources: short, side: 32).write(to: directory.path) { _ in }
      return try contents(directory)
    }
    #expect(runs[0] == runs[1])
    #expect(runs[0]["LICENSES.txt"] != nil)
    #expect(runs[0]["fruit.json"].map { String(decoding: $0, as: UTF8.self) }?.contains("\"banana\"") == true)
  }

  @Test func `shards read back as pairs with names, keywords and labels`() throws {
    struct Labelled: Decodable {
      let fruit: String?
      let category: String?
    }
    let root = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: root) }
    let made = try EmojiShards(sources: try shortSources(in: root), side: 32).write(to: root.path) { _ in }
    #expect(made.first { $0.file == "noto.tar" }?.pairs == 8)
    // Whoever finds noto.tar may count on the rest.
    func changed(_ name: String) throws -> Date? {
      try root.appending(path: name).resourceValues(forKeys: [.contentModificationDateKey]).contentModificationDate
    }
    let others = try FileManager.default.contentsOfDirectory(atPath: root.path).filter { $0.contains(".") }
    let last = try changed("noto.tar")
    for name in made.map(\.file) + ["fruit.json", "category.json", "templates.txt", "LICENSES.txt"] {
      #expect(try changed(name).flatMap { time in last.map { time <= $0 } } == true, "\(name)")
    }
    #expect(!others.contains { $0.contains(".tmp") })
    let parts = Set(["noto-train.tar", "noto-val.tar", "noto-test.tar"])
    #expect(made.filter { parts.contains($0.file) }.reduce(0) { $0 + $1.pairs } == 8)

    let source = try openPairs([root.appending(path: "noto.tar").path])
    let apple = try source.pair(at: 0)
    #expect(apple.key == "0000_1f34e")
    #expect(apple.captions.first == "red apple")
    #expect(
      apple.captions.count == 2 && apple.captions[1].hasPrefix("red apple, ") && apple.captions[1].contains("fruit"))
    #expect(apple.image.starts(with: [0x89, 0x50, 0x4E, 0x47]))
    let labels = try apple.metadata(as: Labelled.self)
    #expect(labels.fruit == "red apple")
    #expect(labels.category == "food")
  }

  @Test func `skin tones are added when asked for, but not to tests`() throws {
    let root = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: root) }
    let shards = try EmojiShards(sources: try shortSources(in: root), side: 16, skinTones: true)
    let made = try shards.write(to: root.path) { _ in }
    let pairs = Dictionary(uniqueKeysWithValues: made.map { ($0.file, $0.pairs) })
    #expect(pairs["noto.tar"] == 10)
    let clusters = Clusters(try sources.entries())
    #expect(clusters.part(of: try emoji("OK hand: light skin tone")) == .test)
    #expect(clusters.part(of: try emoji("woman firefighter")) == .train)
    for part in SplitPart.allCases {
      let own = try shortSources(in: root).entries().filter { Clusters([$0]).part(of: $0) == part }
      let kept = own.filter { part == .train || $0.skinTones.isEmpty }
      #expect(pairs["noto-\(part.rawValue).tar"] == kept.count, "\(part)")
    }
  }

  @Test func `what isn't installed is left out, in words`() throws {
    let root = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    defer { try? FileManager.default.removeItem(at: root) }
    var short = try shortSources(in: root)
    short.symbola = "/nowhere/Symbola.ttf"
    short.gems = "/nowhere"
    var said: [String] = []
    let made = try EmojiShards(sources: short, side: 16).write(to: root.path) { said.append($0) }
    #expect(made.map(\.file) == ["noto.tar", "noto-train.tar", "noto-val.tar", "noto-test.tar"])
    #expect(said.contains { $0.contains("apt-get install fonts-symbola") })
    #expect(said.contains { $0.contains("apt-get install ruby-gemojione") })

    short.noto = "/nowhere/Noto.ttf"
    let shards = try EmojiShards(sources: short, side: 16)
    #expect(throws: EmojiError.missing(path: "/nowhere/Noto.ttf", package: "fonts-noto-color-emoji")) {
      try shards.write(to: root.path) { _ in }
    }
  }

  @Test(.enabled(if: bookworm, "the counts are those of Emoji 15.0")) func `Noto has every emoji`() throws {
    let noto = try NotoArtist()
    #expect(try sources.entries().allSatisfy(noto.has))
  }

  @Test func `a glyph fills its square but for the margin, on white`() throws {
    let noto = try NotoArtist()
    let frame = try #require(noto.draw(try emoji("flag: Norway")).framed(side: 64))
    #expect(frame.bytes.count == 64 * 64 * 3)
    func inked(_ at: Int) -> Bool { frame.bytes[3 * at..<3 * at + 3].contains { $0 < 245 } }
    let columns = (0..<64).filter { x in (0..<64).contains { inked($0 * 64 + x) } }
    #expect(columns.first == 4)
    #expect(columns.last == 59)
    #expect(frame.bytes.prefix(3) == [255, 255, 255])
  }
}

@Suite(.enabled(if: bookworm, "the counts are those of Emoji 15.0"))
struct OtherStyleTests {
  private func count(_ artist: any Artist) throws -> Int {
    try sources.entries().filter { $0.skinTones.isEmpty && artist.has($0) }.count
  }

  @Test(.enabled(if: installed(sources.symbola), "needs Debian's fonts-symbola"))
  func `Symbola has 1,140 single characters`() throws {
    let symbola = try SymbolaArtist()
    #expect(try count(symbola) == 1140)
    #expect(!symbola.has(try emoji("flag: Wales")))
  }

  @Test(.enabled(if: installed(sources.symbola), "needs Debian's fonts-symbola"))
  func `Symbola draws in black, not with a borrowed colour glyph`() throws {
    let frame = try #require(SymbolaArtist().draw(try emoji("red apple")).framed(side: 64))
    #expect(stride(from: 0, to: frame.bytes.count, by: 3).allSatisfy { frame.bytes[$0] == frame.bytes[$0 + 1] })
    // Noto's apple is nearly all ink, an outline nearly none.
    #expect(frame.bytes.filter { $0 < 128 }.count < frame.bytes.count / 4)
  }

  @Test(.enabled(if: installed(sources.gems + "/gemojione-3.3.0"), "needs Debian's ruby-gemojione"))
  func `EmojiOne has 1,369`() throws {
    #expect(try count(EmojiOneArtist()) == 1369)
  }
}

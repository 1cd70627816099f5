import Files
import Foundation
import Pairs

/// Real pictures with real captions from installed fonts: the demo data, with two other styles to test on.
///
/// - Noto: `noto.tar` (all), `noto-train.tar`, `noto-val.tar`, `noto-test.tar` (by `Clusters`);
/// - EmojiOne and Symbola, where installed: `emojione.tar`, `symbola.tar`;
/// - for zero-shot classification: `fruit.json`, `category.json`, `templates.txt`;
/// - `LICENSES.txt`.
///
/// Each sample is `key.png`, RGB on white; `key.txt`, its name; `key.json`, see `Sample`. Emoji come in the list's
/// order, which is by topic: training shuffles. Families and pixel-identical flags stay in, each kind within one
/// part.
public struct EmojiShards {
  /// A file that was made.
  public struct Made: Sendable {
    /// Its name in the directory.
    public let file: String
    public let pairs: Int
  }

  private let entries: [EmojiEntry]
  private let words: EmojiWords
  private let sources: EmojiSources
  private let side: Int
  private let skinTones: Bool

  /// Reads the list of emoji and their keywords.
  ///
  /// - Parameters:
  ///   - side: the pictures' width and height, in pixels: 8 to 1024.
  ///   - skinTones: whether `noto.tar` and `noto-train.tar` hold the emoji with skin tones too. Tests never do.
  ///   - language: of names, keywords and classes, by CLDR's code. What it has no name for is left out; the split is
  ///     the same in all languages.
  public init(
    sources: EmojiSources = EmojiSources(), side: Int = 64, skinTones: Bool = false, language: String = "en"
  ) throws(EmojiError) {
    precondition(side >= 8 && side <= 1024, "emoji: \(side) pixels are outside 8...1024")
    (self.sources, self.side, self.skinTones) = (sources, side, skinTones)
    entries = try sources.entries()
    words = try EmojiWords(language, in: sources.annotations)
  }

  /// Writes everything into `directory`, which is made if need be. `noto.tar` comes last: where it is, all is.
  ///
  /// - Parameter say: told what is done, and what is left out for want of a package.
  /// - Throws: `EmojiError` if Noto or the names are missing; the tar's own errors.
  public func write(to directory: String, say: (String) -> Void) throws -> [Made] {
    let noto = try NotoArtist(path: sources.noto)
    do { try makeDirectories(directory) } catch {
      throw EmojiError.directory(path: error.path, reason: error.reason)
    }
    sayWhatLacks(say)
    try writeClasses(directory)
    let otherStyles = try others(say).map { artist in
      let pictures = try draw(entries.filter(\.skinTones.isEmpty), by: artist, say)
      return try shard("\(artist.style).tar", in: directory, pictures, by: artist)
    }
    return try writeNoto(noto, directory, say) + otherStyles
  }

  private func writeNoto(_ noto: NotoArtist, _ directory: String, _ say: (String) -> Void) throws -> [Made] {
    let pictures = try draw(entries.filter { skinTones || $0.skinTones.isEmpty }, by: noto, say)
    let images = Dictionary(uniqueKeysWithValues: pictures.map { ($0.entry.number, $0.png) })
    let clusters = Clusters(entries, pictures: images)
    let parts = try SplitPart.allCases.map { part in
      let own = pictures.filter { entry, _ in
        clusters.part(of: entry) == part && (part == .train || entry.skinTones.isEmpty)
      }
      return try shard("noto-\(part.rawValue).tar", in: directory, own, by: noto)
    }
    return [try shard("noto.tar", in: directory, pictures, by: noto)] + parts
  }

  private func others(_ say: (String) -> Void) throws -> [any Artist] {
    let emojiOne = try unlessMissing(say) { try EmojiOneArtist(gems: sources.gems) }
    let symbola = try unlessMissing(say) { try SymbolaArtist(path: sources.symbola) }
    return [emojiOne, symbola].compactMap { $0 }
  }

  private func unlessMissing(_ say: (String) -> Void, _ make: () throws -> any Artist) throws -> (any Artist)? {
    do {
      return try make()
    } catch EmojiError.missing(let path, let package) {
      say("left out, since \(path) isn't there: apt-get install \(package)")
      return nil
    }
  }

  private typealias Picture = (entry: EmojiEntry, png: [UInt8])

  private func draw(_ entries: [EmojiEntry], by artist: any Artist, _ say: (String) -> Void) throws -> [Picture] {
    say("drawing \(artist.font), \(side) × \(side)")
    return try entries.compactMap { entry in
      try artist.picture(entry, side: side).map { (entry, $0) }
    }
  }

  private func shard(
    _ name: String, in directory: String, _ pictures: [Picture], by artist: any Artist
  ) throws -> Made {
    let tar = try TarWriter("\(directory)/\(name)")
    var pairs = 0
    for (entry, png) in pictures {
      guard let name = words.name(entry) else { continue }
      try tar.add("\(entry.key).png", png)
      try tar.add("\(entry.key).txt", Array(name.utf8))
      try tar.add("\(entry.key).json", try Sample(entry, words, by: artist).json())
      pairs += 1
    }
    try tar.close()
    return Made(file: name, pairs: pairs)
  }

  private func sayWhatLacks(_ say: (String) -> Void) {
    guard let language = words.language else { return }
    let drawn = entries.filter { skinTones || $0.skinTones.isEmpty }
    let unnamed = drawn.count { words.name($0) == nil }
    if unnamed > 0 { say("\(unnamed) of \(drawn.count) emoji have no name in \(language): left out") }
    let lacking = Labels.categories.count - words.categories.count
    if lacking > 0 {
      say("\(lacking) of \(Labels.categories.count) categories have no word of CLDR's in \(language): left out")
    }
  }

  private func writeClasses(_ directory: String) throws {
    // A class list has no name twice, whatever a language calls two fruits.
    let fruits = entries.compactMap(words.fruit).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }
    let templates = words.language == nil ? "an emoji of {}\na picture of {}\n{}\n" : "{}\n"
    for (name, bytes) in [
      ("fruit.json", try ClassFile(label: "fruit", classes: fruits).json()),
      ("category.json", try ClassFile(label: "category", classes: words.categories).json()),
      ("templates.txt", Array(templates.utf8)),
      ("LICENSES.txt", Array(licenses.utf8)),
    ] {
      do { try AtomicFile.write(Data(bytes), to: "\(directory)/\(name)") } catch {
        throw EmojiError.directory(path: directory, reason: error.reason)
      }
    }
  }
}

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
    public let file: String
    public let pairs: Int
  }

  private let entries: [EmojiEntry]
  private let keywords: [[Unicode.Scalar]: [String]]
  private let sources: EmojiSources
  private let side: Int
  private let skinTones: Bool

  /// - Parameters:
  ///   - side: of the pictures, in pixels.
  ///   - skinTones: whether `noto.tar` and `noto-train.tar` hold the emoji with skin tones too. Tests never do.
  public init(sources: EmojiSources = EmojiSources(), side: Int = 64, skinTones: Bool = false) throws(EmojiError) {
    precondition(side >= 8 && side <= 1024, "emoji: \(side) pixels are outside 8...1024")
    (self.sources, self.side, self.skinTones) = (sources, side, skinTones)
    entries = try sources.entries()
    keywords = try Keywords.read(sources.annotations)
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
    let parts = try Part.allCases.map { part in
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
    for (entry, png) in pictures {
      let sample = Sample(entry, keywords: keywords[entry.bare] ?? [], by: artist)
      try tar.add("\(entry.key).png", png)
      try tar.add("\(entry.key).txt", Array(entry.name.utf8))
      try tar.add("\(entry.key).json", try sample.json())
    }
    try tar.close()
    return Made(file: name, pairs: pictures.count)
  }

  private func writeClasses(_ directory: String) throws {
    let fruits = entries.compactMap(Labels.fruit)
    let templates = "an emoji of {}\na picture of {}\n{}\n"
    for (name, bytes) in [
      ("fruit.json", try ClassFile(label: "fruit", classes: fruits).json()),
      ("category.json", try ClassFile(label: "category", classes: Labels.categories).json()),
      ("templates.txt", Array(templates.utf8)),
      ("LICENSES.txt", Array(licenses.utf8)),
    ] {
      do { try AtomicFile.write(Data(bytes), to: "\(directory)/\(name)") } catch {
        throw EmojiError.directory(path: directory, reason: error.reason)
      }
    }
  }
}

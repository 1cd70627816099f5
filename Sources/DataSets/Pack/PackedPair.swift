import Foundation
import Pairs

/// A pair's files as a shard has them, or why it isn't packed.
struct PackedPair: Sendable {
  struct File: Sendable {
    let ending: String
    let bytes: [UInt8]
  }

  let location: PairLocation
  /// None where the pair is lost.
  private(set) var files: [File] = []
  private(set) var flaws: [SkippedSample] = []

  /// What the files take up in a tar.
  var space: Int { files.reduce(0) { $0 + TarWriter.space($1.bytes.count) } }

  /// Reads a pair, decodes its picture and makes what belongs into a shard.
  ///
  /// - Throws: what concerns more than this pair.
  init(_ index: Int, of source: any PairSource, _ options: PackOptions) throws {
    location = source.location(of: index)
    do {
      let pair = try source.pair(at: index)
      let picture = try Self.picture(pair.image, options)
      let captions = try options.captions(of: pair)
      files = [picture] + Self.sidecars(pair, captions)
      flaws = pair.flaws.map { SkippedSample($0, at: location) }
    } catch {
      guard let sample = skippable(error, at: location) else { throw error }
      flaws = [sample]
    }
  }

  private static func picture(_ file: [UInt8], _ options: PackOptions) throws(PictureError) -> File {
    if let remaking = options.remaking {
      return File(ending: remaking.format.rawValue, bytes: try remaking(file, mostPixels: options.mostPixels))
    }
    _ = try Picture(decoding: file, mostPixels: options.mostPixels)
    return File(ending: PictureFormat(file)?.ending ?? "img", bytes: file)
  }

  /// `.txt` with the first caption, since OpenCLIP takes no pair without; `.cls` for a number, since webdataset drops
  /// pairs where it is a name; and `.json`.
  private static func sidecars(_ pair: Pair, _ captions: [String]) -> [File] {
    let text = captions.first.map { Array($0.utf8) }
    let number = pair.label.flatMap { Int($0) }
    let json = RecordJSON(pair.json).with(captions, text: text, className: number == nil ? pair.label : nil)
    return [
      text.map { File(ending: "txt", bytes: $0) }, number.map { File(ending: "cls", bytes: Array("\($0)".utf8)) },
      json.map { File(ending: "json", bytes: $0) },
    ].compactMap { $0 }
  }
}

extension PackOptions {
  /// A pair's captions, or what the pattern finds in them.
  fileprivate func captions(of pair: Pair) throws -> [String] {
    guard let captionPattern else { return pair.captions }
    let pattern = try Regex(captionPattern)
    var found: [String] = []
    for match in pair.captions.flatMap({ $0.matches(of: pattern) }) {
      let text = match.output.dropFirst().lazy.compactMap(\.substring).first ?? match.output[0].substring ?? ""
      let trimmed = text.trimmingCharacters(in: .whitespacesAndNewlines)
      if !trimmed.isEmpty, !found.contains(trimmed) { found.append(trimmed) }
    }
    guard !found.isEmpty else { throw Flaw.noMatch(pattern: captionPattern) }
    return found
  }
}

/// A record's JSON, which keeps its bytes unless captions or class would be lost by it.
private struct RecordJSON {
  /// Nil where they aren't JSON to Python: webdataset drops pairs with such.
  private let bytes: [UInt8]?

  init(_ bytes: [UInt8]) { self.bytes = isPythonJSON(bytes) ? bytes : nil }

  /// - Parameter className: a class that isn't a number.
  /// - Returns: nil where there is nothing to say.
  func with(_ captions: [String], text: [UInt8]?, className: String?) -> [UInt8]? {
    let isRead = captions.isEmpty || Pair.captions(text: text, json: bytes) == captions
    guard !isRead || className != nil else { return bytes }
    var object = object
    if !isRead {
      let replaced = object.filter { ["caption", "captions"].contains($0.key) }
      if !replaced.isEmpty { object["original"] = replaced }
      object["caption"] = nil
      object["captions"] = captions
    }
    if let className, object["label"] == nil { object["label"] = className }
    let made = try? JSONSerialization.data(withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
    return made.map { Array($0) } ?? bytes
  }

  /// The fields; of what is no object, or has NaN in it, its text as one field.
  private var object: [String: Any] {
    guard let bytes else { return [:] }
    let value = try? JSONSerialization.jsonObject(with: Data(bytes))
    return value as? [String: Any] ?? ["original": String(decoding: bytes, as: UTF8.self)]
  }
}

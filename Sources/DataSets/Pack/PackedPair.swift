import Foundation
import Pairs

/// A pair's files as a shard has them, or why it isn't packed.
struct PackedPair: Sendable {
  let location: PairLocation
  /// By their endings; none where the pair is lost.
  private(set) var files: [(ending: String, bytes: [UInt8])] = []
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

  private static func picture(
    _ file: [UInt8], _ options: PackOptions
  ) throws(PictureError) -> (ending: String, bytes: [UInt8]) {
    if let remaking = options.remaking {
      return (remaking.format.rawValue, try remaking(file, mostPixels: options.mostPixels))
    }
    _ = try Picture(decoding: file, mostPixels: options.mostPixels)
    return (PictureFormat(file)?.ending ?? "img", file)
  }

  /// `.txt` with the first caption, since OpenCLIP takes no pair without; `.cls` for a number, since webdataset drops
  /// pairs where it is a name; and `.json`.
  private static func sidecars(_ pair: Pair, _ captions: [String]) -> [(ending: String, bytes: [UInt8])] {
    let text = captions.first.map { Array($0.utf8) }
    let number = pair.label.flatMap { Int($0) }
    let json = RecordJSON(pair.json).with(captions, text: text, className: number == nil ? pair.label : nil)
    return [
      text.map { ("txt", $0) }, number.map { ("cls", Array("\($0)".utf8)) }, json.map { ("json", $0) },
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
  private let bytes: [UInt8]
  /// Nil where the bytes are none that webdataset's JSON reader takes.
  private let value: Any?

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    let data = Data(bytes)
    // Python writes NaN, and reads it.
    value =
      (try? JSONSerialization.jsonObject(with: data))
      ?? (try? JSONSerialization.jsonObject(with: data, options: .json5Allowed))
  }

  /// - Parameter className: a class that isn't a number.
  /// - Returns: nil where there is nothing to say.
  func with(_ captions: [String], text: [UInt8]?, className: String?) -> [UInt8]? {
    let kept = value == nil ? nil : bytes
    let isRead = captions.isEmpty || Pair.captions(text: text, json: kept) == captions
    guard !isRead || className != nil else { return kept }
    var object = value as? [String: Any] ?? [:]
    if !isRead {
      let replaced = ["caption", "captions"].filter { object[$0] != nil }
      if !replaced.isEmpty {
        object["original"] = Dictionary(uniqueKeysWithValues: replaced.map { ($0, object[$0]!) })
      } else if let value, !(value is [String: Any]) {
        object["original"] = value
      }
      object["caption"] = nil
      object["captions"] = captions
    }
    if let className, object["label"] == nil { object["label"] = className }
    guard JSONSerialization.isValidJSONObject(object) else { return kept }
    let made = try? JSONSerialization.data(withJSONObject: object, options: [.sortedKeys, .withoutEscapingSlashes])
    return made.map { Array($0) } ?? kept
  }
}

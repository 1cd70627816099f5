import Foundation

/// What `key.json` says of a picture. `fruit` and `category` are labels that class files name.
struct Sample: Encodable {
  let captions: [String]
  let codepoints: String
  let group: String
  let subgroup: String
  let skinTones: [String]
  let style: String
  let font: String
  let license: String
  let fruit: String?
  let category: String?

  init(_ entry: EmojiEntry, keywords: [String], by artist: any Artist) {
    captions = Self.captions(entry.name, keywords.filter { $0 != entry.name })
    codepoints = entry.code
    (group, subgroup, skinTones) = (entry.group, entry.subgroup, entry.skinTones)
    (style, font, license) = (artist.style, artist.font, artist.license)
    (fruit, category) = (Labels.fruit(entry), Labels.category(entry))
  }

  /// The name; and name and keywords, which hold words of the class such as “fruit”.
  private static func captions(_ name: String, _ keywords: [String]) -> [String] {
    keywords.isEmpty ? [name] : [name, "\(name), \(keywords.joined(separator: ", "))"]
  }

  func json() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return [UInt8](try encoder.encode(self)) + [UInt8(ascii: "\n")]
  }
}

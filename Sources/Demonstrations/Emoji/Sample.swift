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
  /// Of the captions, and the English name, where that isn't the caption.
  let language: String?
  let english: String?

  init(_ entry: EmojiEntry, _ words: EmojiWords, by artist: any Artist) {
    captions = words.captions(entry)
    codepoints = entry.code
    (group, subgroup, skinTones) = (entry.group, entry.subgroup, entry.skinTones)
    (style, font, license) = (artist.style, artist.font, artist.license)
    (fruit, category) = (words.fruit(entry), words.category(entry))
    (language, english) = (words.language, words.language.map { _ in entry.name })
  }

  func json() throws -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    return [UInt8](try encoder.encode(self)) + [UInt8(ascii: "\n")]
  }
}

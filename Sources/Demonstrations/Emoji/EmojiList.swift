import Foundation

/// Unicode's `emoji-test.txt`: the fully-qualified emoji, 3,655 in version 15.0, of which 1,870 without skin tones.
enum EmojiList {
  static func read(_ path: String) throws(EmojiError) -> [EmojiEntry] {
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw .missing(path: path, package: "unicode-data")
    }
    var (group, subgroup, entries) = ("", "", [EmojiEntry]())
    for line in text.split(separator: "\n") {
      if line.hasPrefix("# group: ") { group = String(line.dropFirst(9)) }
      if line.hasPrefix("# subgroup: ") { subgroup = String(line.dropFirst(12)) }
      guard let (scalars, name) = entry(line) else { continue }
      entries.append(
        EmojiEntry(number: entries.count, scalars: scalars, name: name, group: group, subgroup: subgroup))
    }
    return entries
  }

  /// `1F600 ; fully-qualified # 😀 E1.0 grinning face`
  private static func entry(_ line: Substring) -> ([Unicode.Scalar], String)? {
    let parts = line.split(separator: ";", maxSplits: 1)
    guard parts.count == 2, !line.hasPrefix("#") else { return nil }
    let rest = parts[1].split(separator: "#", maxSplits: 1)
    guard rest.count == 2, rest[0].trimmingCharacters(in: .whitespaces) == "fully-qualified" else { return nil }
    let scalars = parts[0].split(separator: " ").compactMap { UInt32($0, radix: 16).flatMap(Unicode.Scalar.init) }
    let words = rest[1].split(separator: " ", maxSplits: 2)
    return words.count == 3 && !scalars.isEmpty ? (scalars, String(words[2])) : nil
  }
}

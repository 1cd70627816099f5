import Foundation

/// What emoji are called in a language: names, keywords, and the labels of classes.
struct EmojiWords {
  /// Nil for English, whose names are the list's.
  let language: String?
  private var names: [[Unicode.Scalar]: String] = [:]
  private var keywords: [[Unicode.Scalar]: [String]] = [:]
  /// The coarse categories' words, by the English one.
  private let categoryWords: [String: String]

  /// - Parameter directory: CLDR's `common`.
  init(_ language: String, in directory: String) throws(EmojiError) {
    let found = try CLDRLanguage(language, in: directory)
    self.language = found.code == "en" ? nil : found.code
    categoryWords = try Self.labels(found)
    for folder in ["annotationsDerived", "annotations"] {
      let names = try found.elements("annotation", in: folder) {
        $0.attributes["type"] == "tts" ? $0.attributes["cp"] : nil
      }
      let keywords = try found.elements("annotation", in: folder) {
        $0.attributes["type"] == nil ? $0.attributes["cp"] : nil
      }
      for (emoji, name) in names { self.names[Array(emoji.unicodeScalars)] = name }
      for (emoji, words) in keywords { self.keywords[Array(emoji.unicodeScalars)] = Self.list(words) }
    }
  }

  /// `apple | fruit | red`
  private static func list(_ words: String) -> [String] {
    words.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
  }

  /// English has words for all our categories; of the others CLDR names six, as kinds of characters.
  private static func labels(_ language: CLDRLanguage) throws(EmojiError) -> [String: String] {
    if language.code == "en" { return Dictionary(uniqueKeysWithValues: Labels.categories.map { ($0, $0) }) }
    let labels = try language.elements("characterLabel", in: "main") { $0.attributes["type"] }
    return labels.filter { Labels.categories.contains($0.key) }
  }

  /// Nil where the language has none.
  func name(_ entry: EmojiEntry) -> String? { language == nil ? entry.name : names[entry.bare] }

  /// The name; and name and keywords, which hold words of the class such as “fruit”.
  func captions(_ entry: EmojiEntry) -> [String] {
    guard let name = name(entry) else { return [] }
    let others = (keywords[entry.bare] ?? []).filter { $0 != name }
    return others.isEmpty ? [name] : [name, "\(name), \(others.joined(separator: ", "))"]
  }

  /// A fruit's own name: one class each.
  func fruit(_ entry: EmojiEntry) -> String? { Labels.isFruit(entry) ? name(entry) : nil }

  func category(_ entry: EmojiEntry) -> String? { Labels.category(entry).flatMap { categoryWords[$0] } }

  /// The coarse categories that the language has words for.
  var categories: [String] { Labels.categories.compactMap { categoryWords[$0] } }
}

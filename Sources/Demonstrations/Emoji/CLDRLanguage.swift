import Files
import Foundation
import Settings

/// A language that CLDR has emoji's names in.
struct CLDRLanguage {
  /// As CLDR writes it: `zh`, `zh_Hant`.
  let code: String
  /// CLDR's `common`.
  let directory: String

  /// - Parameter asked: a code in any case, with `-` or `_`.
  init(_ asked: String, in directory: String) throws(EmojiError) {
    let codes = try Self.codes(directory)
    let wanted = asked.replacingOccurrences(of: "-", with: "_").lowercased()
    guard let code = codes.first(where: { $0.lowercased() == wanted }) else {
      throw .language(asked, nearest: try Self.nearest(asked, codes, directory))
    }
    (self.code, self.directory) = (code, directory)
  }

  private static func codes(_ directory: String) throws(EmojiError) -> [String] {
    let path = "\(directory)/annotations"
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: path) else {
      throw .missing(path: path, package: "unicode-cldr-core")
    }
    return names.filter { $0.hasSuffix(".xml") && $0 != "root.xml" }.map { String($0.dropLast(4)) }.sorted()
  }

  /// `zh (Chinese)`: by code or by the English name, whichever is nearer.
  private static func nearest(
    _ asked: String, _ codes: [String], _ directory: String
  ) throws(EmojiError) -> [String] {
    let languages = try CLDRFile.elements("language", of: "\(directory)/main/en.xml")
    let names = Dictionary(languages.map { ($0.attributes["type"] ?? "", $0.text) }) { first, _ in first }
    let known = codes.map { (code: $0, name: names[$0] ?? $0) }
    func distance(_ language: (code: String, name: String)) -> Int {
      min(
        editDistance(asked.lowercased(), language.code.lowercased()),
        editDistance(asked.lowercased(), language.name.lowercased()))
    }
    return known.sorted { (distance($0), $0.code) < (distance($1), $1.code) }.prefix(3).map {
      "\($0.code) (\($0.name))"
    }
  }

  /// What is said of `name` in a folder's file of this language, or else of those that it takes from.
  ///
  /// - Parameter key: what tells elements apart; of several the nearest language's counts.
  func elements(
    _ name: String, in folder: String, key: (CLDRFile.Element) -> String?
  ) throws(EmojiError) -> [String: String] {
    var found: [String: String] = [:]
    for code in try chain() {
      let path = "\(directory)/\(folder)/\(code).xml"
      guard FileManager.default.fileExists(atPath: path) else { continue }
      for element in try CLDRFile.elements(name, of: path) {
        if let key = key(element), found[key] == nil { found[key] = element.text }
      }
    }
    return found
  }

  /// This language and those that it takes from, but for the root, which has no names.
  ///
  /// - Source: Unicode Technical Standard 35, “Locale Inheritance and Matching”.
  private func chain() throws(EmojiError) -> [String] {
    var (chain, next) = ([String](), code)
    let parents = code.contains("_") ? try Self.parents(directory) : [:]
    while next != "root", !chain.contains(next) {
      chain.append(next)
      let parts = next.split(separator: "_")
      next = parents[next] ?? (parts.count > 1 ? parts.dropLast().joined(separator: "_") : "root")
    }
    return chain
  }

  private static func parents(_ directory: String) throws(EmojiError) -> [String: String] {
    var parents: [String: String] = [:]
    for element in try CLDRFile.elements("parentLocale", of: "\(directory)/supplemental/supplementalData.xml") {
      for code in (element.attributes["locales"] ?? "").split(separator: " ") {
        parents[String(code)] = element.attributes["parent"]
      }
    }
    return parents
  }
}

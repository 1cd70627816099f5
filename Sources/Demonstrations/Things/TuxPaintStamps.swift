import Foundation

/// Tux Paint's stamps: photographs cut out, and cartoons, each with a sentence beside it.
///
/// Alphabets are left out, whose sentences are letters, and the masks of stamps that can be tinted.
struct TuxPaintStamps: ThingSource {
  let directory: String

  let style = "tuxpaint"
  let license = "GPL-2.0-only"
  let notice = """
    tuxpaint.tar    Stamps of Tux Paint, copyright 2002-2022 by its contributors. GNU General Public License 2:
                    whoever passes these pictures on does so under the same licence.
                    Debian: tuxpaint-stamps-default, /usr/share/doc/tuxpaint-stamps-default/copyright
    """

  func things() throws -> [Thing] {
    let found = files(below: directory, endings: ["png", "svg"]).filter { !$0.hasPrefix("symbols/alphabets") }
    let things = found.compactMap { file -> Thing? in
      let name = stem(of: file)
      guard let sentence = Self.sentence(directory + "/" + name + ".txt") else { return nil }
      return Thing(
        name: name, captions: [sentence], folder: folder(of: file), file: directory + "/" + file,
        form: StampForms.isDrawn(file) ? .drawing : .photograph)
    }
    if things.isEmpty { throw ThingError.nothing(directory: directory, package: "tuxpaint-stamps-default") }
    return things
  }

  /// The first line, without its full stop; the others are translations, `de.utf8=…`.
  private static func sentence(_ path: String) -> String? {
    guard let data = FileManager.default.contents(atPath: path) else { return nil }
    let first = String(decoding: data, as: UTF8.self).split(whereSeparator: \.isNewline).first.map(String.init)
    guard var text = first?.trimmingCharacters(in: blanks), !text.contains(".utf8=") else { return nil }
    if text.hasSuffix(".") { text.removeLast() }
    return text.isEmpty ? nil : text
  }
}

/// Some files begin with a byte-order mark.
private let blanks = CharacterSet.whitespaces.union(CharacterSet(charactersIn: "\u{FEFF}"))

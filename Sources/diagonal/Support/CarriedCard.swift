import Files
import Foundation

/// The card, `README.md`, that a converted model takes along.
enum CarriedCard {
  /// Copies it where there is one, with the library that loads the new directory.
  static func carry(from: String, to: String, library: String) throws {
    let name = "/README.md"
    guard let data = FileManager.default.contents(atPath: from + name), let text = String(data: data, encoding: .utf8)
    else { return }
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line -> String in
      line.hasPrefix("library_name:") ? "library_name: \(library)" : String(line)
    }
    try AtomicFile.write(Data(lines.joined(separator: "\n").utf8), to: to + name)
  }
}

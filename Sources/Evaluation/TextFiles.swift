import Files
import Foundation
import Pairs

/// A file's text.
func readText(_ path: String) throws(EvaluationError) -> String {
  let data: Data
  do {
    data = try Data(contentsOf: URL(fileURLWithPath: path))
  } catch {
    throw .unreadable(path: path, reason: readingReason(path, otherwise: "reading failed"))
  }
  guard let text = String(validating: data, as: UTF8.self) else {
    throw .unreadable(path: path, reason: "it isn't text in UTF-8")
  }
  return text
}

/// Lines without the blanks around them; empty ones are left out.
func lines(of text: String) -> [String] {
  text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
}

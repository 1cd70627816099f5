import Files
import Foundation

/// A file's bytes.
public func fileBytes(_ path: String) throws(EvaluationError) -> [UInt8] {
  do {
    return try [UInt8](Data(contentsOf: URL(fileURLWithPath: path)))
  } catch {
    throw .unreadable(path: path, reason: readingReason(path, otherwise: "reading failed"))
  }
}

/// A file's text.
func readText(_ path: String) throws(EvaluationError) -> String {
  guard let text = String(validating: try fileBytes(path), as: UTF8.self) else {
    throw .unreadable(path: path, reason: "it isn't text in UTF-8")
  }
  return text
}

/// Lines without the blanks around them; empty ones are left out.
func lines(of text: String) -> [String] {
  text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
}

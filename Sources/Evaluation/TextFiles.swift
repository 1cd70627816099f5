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

/// A file's text: UTF-8, or what a byte-order mark says, which is no part of it.
func readText(_ path: String) throws(EvaluationError) -> String {
  let bytes = try fileBytes(path)
  do { return try decodedText(bytes, as: nil) } catch {
    throw .unreadable(path: path, reason: "it isn't text in UTF-8, nor in UTF-16 with a byte-order mark")
  }
}

/// The texts that a file lists: a JSON list of them where it begins like one, else one a line; nil for other JSON.
func listedTexts(_ text: String) -> [String]? {
  guard text.first(where: { !$0.isWhitespace }) == "[" else { return lines(of: text) }
  return try? JSONDecoder().decode([String].self, from: Data(text.utf8))
}

/// Lines without the blanks around them; empty ones are left out.
func lines(of text: String) -> [String] {
  text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty }
}

/// The bytes of a file whose path needn't be UTF-8.
package func fileBytes(_ path: FilePath) throws(EvaluationError) -> [UInt8] {
  if let text = path.text { return try fileBytes(text) }
  do { return try ReadOnlyFile(path).readAll() } catch {
    throw .unreadable(path: path.description, reason: error.reason)
  }
}

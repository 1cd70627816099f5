import Files
import Foundation

/// The classes of a zero-shot evaluation, and the field of a pair's json that holds its own.
///
/// A file of them is `{"label": FIELD, "classes": [NAME, …]}`, or plain text with one class a line.
public struct ClassList: Sendable, Equatable {
  public let label: String
  public let names: [String]

  /// The field that a plain list means when nobody names another.
  public static let standardLabel = "label"

  /// - Parameters:
  ///   - label: the field of a pair's json that holds its class.
  ///   - names: none twice.
  public init(label: String, names: [String]) {
    (self.label, self.names) = (label, names)
  }

  /// Reads a file of classes.
  ///
  /// - Parameter label: overrides the file's.
  public init(file path: String, label: String? = nil) throws(EvaluationError) {
    let text = try readText(path)
    let isJSON = text.first { !$0.isWhitespace } == "{"
    let file = isJSON ? try Self.decode(text, path) : File(label: nil, classes: lines(of: text))
    let doubled = Dictionary(grouping: file.classes) { $0 }.filter { $0.value.count > 1 }.keys.min()
    guard doubled == nil else { throw .classFile(path: path, problem: "the class “\(doubled!)” stands there twice") }
    guard !file.classes.isEmpty, !file.classes.contains("") else {
      throw .classFile(path: path, problem: "it has \(file.classes.isEmpty ? "no classes" : "a class without a name")")
    }
    self.init(label: label ?? file.label ?? Self.standardLabel, names: file.classes)
  }

  private struct File: Decodable {
    let label: String?
    let classes: [String]
  }

  private static func decode(_ text: String, _ path: String) throws(EvaluationError) -> File {
    do {
      return try JSONDecoder().decode(File.self, from: Data(text.utf8))
    } catch {
      throw .classFile(path: path, problem: "it isn't JSON of that form")
    }
  }
}

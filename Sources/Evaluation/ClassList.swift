import Files
import Foundation

/// The classes of a zero-shot evaluation, and the field of a pair's json that holds its own.
///
/// A file of them is `{"label": FIELD, "classes": [NAME, …]}`, the array alone, or plain text with one class a line. Names
/// that stand there twice, as two do in OpenAI's list for ImageNet, can't be told apart and are one class.
public struct ClassList: Sendable, Equatable {
  public let label: String
  /// Each once, in the order of the list.
  public let names: [String]
  /// The class of each number that a label may be: of the list's first name, of its second…
  let places: [Int]

  /// The field that a plain list means when nobody names another.
  public static let standardLabel = "label"

  /// - Parameters:
  ///   - label: the field of a pair's json that holds its class.
  ///   - list: the names, those of one class under several numbers each time.
  public init(label: String, names list: [String]) {
    var (names, places, numbers) = ([String](), [Int](), [String: Int]())
    for name in list {
      if numbers[name] == nil {
        numbers[name] = names.count
        names.append(name)
      }
      places.append(numbers[name]!)
    }
    (self.label, self.names, self.places) = (label, names, places)
  }

  /// Reads a file of classes.
  ///
  /// - Parameter label: overrides the file's.
  public init(file path: String, label: String? = nil) throws(EvaluationError) {
    let file = try Self.file(of: try readText(path), path)
    guard !file.classes.isEmpty, !file.classes.contains("") else {
      throw .classFile(path: path, problem: "it has \(file.classes.isEmpty ? "no classes" : "a class without a name")")
    }
    self.init(label: label ?? file.label ?? Self.standardLabel, names: file.classes)
  }

  /// A list in brackets is an array, since no class's name has both.
  private static func file(of text: String, _ path: String) throws(EvaluationError) -> File {
    let solid = text.filter { !$0.isWhitespace }
    if solid.hasPrefix("{") { return try decode(text, path) }
    if solid.hasPrefix("["), solid.hasSuffix("]") { return File(label: nil, classes: try decode(text, path)) }
    return File(label: nil, classes: lines(of: text))
  }

  private struct File: Decodable {
    let label: String?
    let classes: [String]
  }

  private static func decode<Form: Decodable>(_ text: String, _ path: String) throws(EvaluationError) -> Form {
    do {
      return try JSONDecoder().decode(Form.self, from: Data(text.utf8))
    } catch {
      throw .classFile(path: path, problem: "it isn't JSON of that form")
    }
  }
}

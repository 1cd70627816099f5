import Files
import Foundation

/// The classes of a zero-shot evaluation, and the field of a pair's json that holds its own.
///
/// A file of them is `{"label": FIELD, "classes": [NAME, …]}`, a JSON list of names, `{"0": NAME, "1": NAME, …}`, or plain
/// text with one class a line. Names may repeat, as in OpenAI's list of ImageNet's: no model tells two such classes apart,
/// so a picture of one is right under either.
public struct ClassList: Sendable, Equatable {
  public let label: String
  public let names: [String]
  /// Whether a label may be a class's number from 0: not where names are numbers themselves.
  private let readsNumbers: Bool

  /// The field that a plain list means when nobody names another.
  public static let standardLabel = "label"

  /// - Parameter label: the field of a pair's json that holds its class.
  public init(label: String, names: [String]) {
    (self.label, self.names) = (label, names)
    readsNumbers = !names.contains { Int($0) != nil }
  }

  /// Reads a file of classes.
  ///
  /// - Parameter label: overrides the file's.
  public init(file path: String, label: String? = nil) throws(EvaluationError) {
    let text = try readText(path)
    let isObject = text.first { !$0.isWhitespace } == "{"
    guard let file = isObject ? Self.decode(text) : listedTexts(text).map({ File(label: nil, classes: $0) }) else {
      throw .classFile(path: path, problem: "it isn't JSON of that form")
    }
    let names = file.classes.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }
    guard !names.isEmpty, !names.contains("") else {
      throw .classFile(path: path, problem: "it has \(names.isEmpty ? "no classes" : "a class without a name")")
    }
    self.init(label: label ?? file.label ?? Self.standardLabel, names: names)
  }

  private struct File: Decodable {
    let label: String?
    let classes: [String]
  }

  private static func decode(_ text: String) -> File? {
    let data = Data(text.utf8)
    if let file = try? JSONDecoder().decode(File.self, from: data) { return file }
    guard let byNumber = try? JSONDecoder().decode([String: String].self, from: data), !byNumber.isEmpty else {
      return nil
    }
    let classes = (0..<byNumber.count).map { byNumber["\($0)"] }
    return classes.contains(nil) ? nil : File(label: nil, classes: classes.compactMap { $0 })
  }
}

extension ClassList {
  /// The class that a label means: the first of that name, or else the one of that number from 0.
  func number(of label: String, among numbers: [String: Int]) -> Int? {
    numbers[label] ?? (readsNumbers ? Int(label) : nil).flatMap { names.indices.contains($0) ? $0 : nil }
  }

  /// The names of classes by what labels may say: the names, or numbers from 0.
  package func nameByLabel() -> @Sendable (String) -> String? {
    let numbers = numbers
    return { label in number(of: label, among: numbers).map { names[$0] } }
  }

  /// The first class of each name.
  var numbers: [String: Int] { Dictionary(names.enumerated().map { ($1, $0) }) { first, _ in first } }

  /// For each class all that have its name.
  var alike: [[Int]] {
    let groups = Dictionary(grouping: names.indices) { names[$0] }
    return names.map { groups[$0] ?? [] }
  }
}

import Foundation

/// Sentences around a class: “a photo of a {}”.
public enum Templates {
  /// The class by itself.
  public static let plain = ["{}"]

  /// One template a line, or a JSON list of them. `{c}`, as in CLIP benchmark's files, is as good as `{}`.
  public static func read(_ path: String) throws(EvaluationError) -> [String] {
    let text = try readText(path)
    guard let texts = listedTexts(text) else { throw .unreadable(path: path, reason: "it isn't a JSON list of texts") }
    let templates = texts.map { $0.replacingOccurrences(of: "{c}", with: "{}") }
    guard !templates.isEmpty else { throw .template("") }
    for template in templates where !template.contains("{}") { throw .template(template) }
    return templates
  }

  static func fill(_ template: String, _ name: String) -> String { template.replacingOccurrences(of: "{}", with: name) }
}

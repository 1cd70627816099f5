import Foundation

/// Sentences around a class: “a photo of a {}”.
public enum Templates {
  /// The class by itself.
  public static let plain = ["{}"]

  /// One template a line. `{c}`, as in CLIP benchmark's files, is as good as `{}`.
  public static func read(_ path: String) throws(EvaluationError) -> [String] {
    let templates = lines(of: try readText(path)).map { $0.replacingOccurrences(of: "{c}", with: "{}") }
    guard !templates.isEmpty else { throw .template("") }
    for template in templates where !template.contains("{}") { throw .template(template) }
    return templates
  }

  static func fill(_ template: String, _ name: String) -> String { template.replacingOccurrences(of: "{}", with: name) }
}

import Files
import Foundation
import Yams

extension RunFile {
  /// Reads a run file, then lays `overrides` (`optimizer.learning_rate=1e-3`, the value in YAML) over it.
  public init(reading path: String, overrides: [String] = []) throws(RunFileError) {
    let text: String
    do { text = try String(contentsOfFile: path, encoding: .utf8) } catch {
      throw .unreadable(path: path, asWhat: "a run file", reason: readingReason(path, otherwise: "not UTF-8 text"))
    }
    try self.init(yaml: text, path: path, overrides: overrides)
  }

  /// - Parameter path: what errors call the text.
  public init(yaml text: String, path: String = "the run file", overrides: [String] = []) throws(RunFileError) {
    self.init()
    try read(try compose(text, path), at: "")
    for text in overrides { try override(text) }
  }

  /// Lays one `a.b=value` over the run.
  public mutating func override(_ text: String) throws(RunFileError) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, !parts[0].isEmpty else { throw .override(text) }
    try read(try compose(String(parts[1]), "--set \(text)"), at: String(parts[0]))
  }

  private mutating func read(_ value: YAMLValue, at path: String) throws(RunFileError) {
    if let key = RunFileKey.all.first(where: { $0.name == path }) { return try key.read(&self, value) }
    guard RunFileKey.isSection(path) else { throw .unknownKey(path, nearest: RunFileKey.nearest(path)) }
    if value.isNull { return }
    guard case .mapping(let pairs) = value else {
      let name = path.isEmpty ? "the run file" : path
      throw .type(key: name, found: value.description, expected: "a mapping of keys to values")
    }
    for pair in pairs { try read(pair.value, at: path.isEmpty ? pair.key : "\(path).\(pair.key)") }
  }
}

/// A text as YAML has it.
///
/// - Parameter path: what errors call it.
func compose(_ text: String, _ path: String) throws(RunFileError) -> YAMLValue {
  let node: Node?
  do { node = try Yams.compose(yaml: text) } catch {
    // Yams adds a picture of the line; the first line says where and what.
    let words = "\(error)".split(separator: "\n").first.map(String.init) ?? "\(error)"
    throw .syntax(path: path, reason: words)
  }
  guard let value = YAMLValue(node) else {
    throw .syntax(path: path, reason: "its aliases make more than \(YAMLValue.mostValues) values of it")
  }
  return value
}

extension RunFileKey {
  static func isSection(_ path: String) -> Bool {
    path.isEmpty || all.contains { $0.name.hasPrefix(path + ".") }
  }
}

/// A mapping whose keys are known.
struct YAMLFields {
  private let path: String
  private let values: [String: YAMLValue]

  /// - Parameters:
  ///   - path: what errors call it.
  ///   - known: the keys that it may have.
  init(_ value: YAMLValue, _ path: String, _ known: [String]) throws(RunFileError) {
    guard case .mapping(let pairs) = value else {
      throw .type(key: path, found: value.description, expected: "a mapping with " + known.joined(separator: ", "))
    }
    if let other = pairs.first(where: { !known.contains($0.key) }) {
      throw .unknownKey("\(path).\(other.key)", nearest: known.joined(separator: ", "))
    }
    self.path = path
    values = Dictionary(pairs.map { ($0.key, $0.value) }) { _, last in last }
  }

  subscript(key: String) -> YAMLValue? { values[key] }

  /// Nil where the key isn't there.
  func optional<Value: SettingValue>(_ key: String, as type: Value.Type = Value.self) throws(RunFileError) -> Value? {
    guard let value = values[key] else { return nil }
    return try SweepFile.read(type, value, "\(path).\(key)")
  }

  func required<Value: SettingValue>(
    _ key: String, _ meaning: String, as type: Value.Type = Value.self
  ) throws(RunFileError) -> Value {
    guard let value: Value = try optional(key) else { throw .missing(key: "\(path).\(key)", meaning: meaning) }
    return value
  }

  /// The elements of a list, with what errors call them; none where the key isn't there.
  func list(_ key: String) throws(RunFileError) -> [(path: String, value: YAMLValue)] {
    guard let value = values[key] else { return [] }
    guard case .list(let elements) = value else {
      throw .type(key: "\(path).\(key)", found: value.description, expected: "a list")
    }
    return elements.enumerated().map { ("\(path).\(key)[\($0)]", $1) }
  }

  /// A mapping to names; empty where the key isn't there.
  func names(_ key: String) throws(RunFileError) -> [(key: String, name: String)] {
    guard let value = values[key] else { return [] }
    return try SweepFile.mapping(value, "\(path).\(key)", "a mapping of names to values").map {
      ($0.key, SweepFile.name(of: $0.value))
    }
  }
}

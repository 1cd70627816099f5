import Yams

/// A value as YAML holds it, before a key has said what it must be.
///
/// A plain scalar may become a number or null; a quoted one is always text.
enum YAMLValue {
  case plain(String)
  case quoted(String)
  case list([YAMLValue])
  case mapping([(key: String, value: YAMLValue)])

  /// What a text that is somebody's may become: aliases of aliases make 4 GB of 500 bytes.
  static let mostValues = 100_000

  /// Nil where aliases make it more than `mostValues`.
  init?(_ node: Node?) {
    var left = Self.mostValues
    guard let value = Self.value(node, &left) else { return nil }
    self = value
  }

  private static func value(_ node: Node?, _ left: inout Int) -> YAMLValue? {
    left -= 1
    guard left >= 0 else { return nil }
    switch node {
    case .scalar(let scalar):
      return [.plain, .any].contains(scalar.style) ? .plain(scalar.string) : .quoted(scalar.string)
    case .sequence(let sequence):
      var values: [YAMLValue] = []
      for node in sequence {
        guard let value = Self.value(node, &left) else { return nil }
        values.append(value)
      }
      return .list(values)
    case .mapping(let mapping):
      var pairs: [(key: String, value: YAMLValue)] = []
      for pair in mapping {
        guard let value = Self.value(pair.value, &left) else { return nil }
        pairs.append((pair.key.string ?? "?", value))
      }
      return .mapping(pairs)
    // Yams resolves an alias to its anchor's node while composing.
    case .alias, nil: return .plain("")
    }
  }

  var isNull: Bool {
    guard case .plain(let text) = self else { return false }
    return ["", "~", "null", "Null", "NULL"].contains(text)
  }

  /// As good as null: left open.
  var isAuto: Bool {
    guard case .plain(let text) = self else { return false }
    return text == "auto"
  }

  /// As an error message calls it.
  var description: String {
    switch self {
    case .plain where isNull: "null"
    case .plain(let text): text
    case .quoted(let text): "text (\(jsonText(text)))"
    case .list(let values): "a list of \(values.count)"
    case .mapping: "a mapping"
    }
  }
}

extension YAMLValue {
  /// The value in JSON, keys sorted: equal mappings give equal text.
  var json: String {
    switch self {
    case .list(let values): "[" + values.map(\.json).joined(separator: ",") + "]"
    case .mapping(let pairs):
      "{"
        + pairs.sorted { $0.key < $1.key }.map { "\(jsonText($0.key)):\($0.value.json)" }.joined(separator: ",") + "}"
    case .quoted(let text): jsonText(text)
    case .plain(let text): isNull ? "null" : plainJSON(text)
    }
  }
}

private func plainJSON(_ text: String) -> String {
  switch text {
  case "true", "True", "TRUE": return "true"
  case "false", "False", "FALSE": return "false"
  default:
    if let number = Int(text) { return String(number) }
    guard let number = Double(text), number.isFinite else { return jsonText(text) }
    return String(number)
  }
}

extension ModelSource: RunFileValue {
  static var expected: String { "the path of an OpenCLIP model JSON, or a mapping of its keys" }
  init?(_ value: YAMLValue) {
    if case .mapping = value {
      self = .inline(json: value.json)
    } else if let path = String(value) {
      self = .file(path)
    } else {
      return nil
    }
  }
  var yaml: String {
    switch self {
    case .file(let path): path.yaml
    // JSON is YAML's flow style.
    case .inline(let json): json
    }
  }
}

extension YAMLValue {
  /// The same value in JSON, keys sorted: equal mappings give equal text.
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

/// Where a model's configuration comes from: an OpenCLIP JSON file, or the same keys written in the run file.
public enum ModelSource: Sendable, Equatable {
  case file(String)
  /// Canonical JSON: keys sorted, no spaces.
  case inline(json: String)
}

extension ModelSource: SettingValue {
  static var expected: String { "a model's name, the path of an OpenCLIP model JSON, or a mapping of its keys" }
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

/// What is wrong with a model's configuration.
public enum ModelConfigurationError: Error, CustomStringConvertible {
  case unreadable(path: String, reason: String)
  case unsupported(field: String)
  case value(field: String, found: String, expected: String)

  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "\(path): can't be read as a model configuration: \(reason)"
    case .unsupported(let field):
      "the model configuration has the field \(field), which isn't supported; remove it or choose another model"
    case .value(let field, let found, let expected): "\(field) of the model is \(found); expected \(expected)"
    }
  }
}

/// What is wrong with a model's configuration.
public enum ModelConfigurationError: Error, CustomStringConvertible {
  case unreadable(path: String, reason: String)
  case unknownName(String, nearest: String)
  case unsupported(field: String)
  case value(field: String, found: String, expected: String)

  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "\(path): can't be read as a model configuration: \(reason)"
    case .unknownName(let name, let nearest):
      """
      \(name) is no model's name and no file: did you mean \(nearest)? `diagonal models` lists the names; a path ends in \
      .json
      """
    case .unsupported(let field):
      "the model configuration has the field \(field), which isn't supported; remove it or choose another model"
    case .value(let field, let found, let expected): "\(field) of the model is \(found); expected \(expected)"
    }
  }
}

/// What keeps a model from being read from a Hugging Face directory, or from being written as one.
public enum HuggingFaceError: Error, CustomStringConvertible, Equatable {
  case unreadable(path: String, reason: String)
  case field(path: String, name: String, found: String, expected: String)
  /// Fields of the model's configuration that theirs of that class can't say.
  case noWords(class: String = "CLIPModel", fields: [String])
  /// Parameters that their model of that class doesn't have.
  case noPlace(class: String = "CLIPModel", parameters: [String])

  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "\(path) can't be read as Hugging Face's: \(reason)"
    case .field(let path, let name, let found, let expected):
      "\(name) of \(path) is \(found), but only \(expected) can be read here"
    case .noWords(let name, let fields):
      "Hugging Face's \(name) has nothing like this model's \(listed(fields)): keep OpenCLIP's format"
    case .noPlace(let name, let parameters):
      "Hugging Face's \(name) has no place for \(listed(parameters)): keep OpenCLIP's format"
    }
  }
}

/// What keeps a model from being read from a Hugging Face directory, or from being written as one.
public enum HuggingFaceError: Error, CustomStringConvertible, Equatable {
  case unreadable(path: String, reason: String)
  case field(path: String, name: String, found: String, expected: String)
  /// Fields of the model's configuration that `CLIPConfig` can't say.
  case noWords(fields: [String])
  /// Parameters that `CLIPModel` doesn't have.
  case noPlace(parameters: [String])

  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "\(path) can't be read as Hugging Face's: \(reason)"
    case .field(let path, let name, let found, let expected):
      "\(name) of \(path) is \(found), but only \(expected) can be read here"
    case .noWords(let fields):
      "Hugging Face's CLIPModel has nothing like this model's \(listed(fields)): keep OpenCLIP's format"
    case .noPlace(let parameters):
      "Hugging Face's CLIPModel has no place for \(listed(parameters)): keep OpenCLIP's format"
    }
  }
}

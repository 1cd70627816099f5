/// What is wrong with one pair, and with no other.
public enum SampleError: Error, Hashable, CustomStringConvertible {
  case noCaption(key: String)
  case metadata(key: String, problem: String)
  case noFile(key: String, path: String)
  case unreadable(key: String, path: String, reason: String)

  public var description: String {
    switch self {
    case .noCaption(let key): "\(key) has no caption, or an empty one"
    case .metadata(let key, let problem): "\(key).json can't be read: \(problem)"
    case .noFile(let key, let path): "\(key): there is no file \(path)"
    case .unreadable(let key, let path, let reason): "\(key): can't read \(path): \(reason)"
    }
  }
}

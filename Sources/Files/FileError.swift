/// Why a file or a directory can't be read or written.
public enum FileError: Error, Hashable, CustomStringConvertible {
  case missing(path: String)
  case unreadable(path: String, reason: String)
  case unwritable(path: String, reason: String)

  public var description: String {
    switch self {
    case .missing(let path): "there is no \(path): check the path (relative ones start at the working directory)"
    case .unreadable(let path, let reason): "cannot read \(path): \(reason)"
    case .unwritable(let path, let reason): "cannot write \(path): \(reason); make room there, or choose another --out"
    }
  }

  public var path: String {
    switch self {
    case .missing(let path), .unreadable(let path, _), .unwritable(let path, _): path
    }
  }

  /// What is wrong with the place, without its path.
  public var reason: String {
    switch self {
    case .missing: "No such file or directory"
    case .unreadable(_, let reason), .unwritable(_, let reason): reason
    }
  }
}

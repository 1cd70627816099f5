/// Why no demo data could be made.
public enum EmojiError: Error, CustomStringConvertible, Equatable {
  case missing(path: String, package: String)
  case font(path: String, problem: String)
  case annotations(path: String)
  case language(String, nearest: [String])
  case drawing(what: String, problem: String)
  case directory(path: String, reason: String)

  public var description: String {
    switch self {
    case .missing(let path, let package): "\(path) isn't there: apt-get install \(package)"
    case .font(let path, let problem): "can't read which characters \(path) has: \(problem)"
    case .annotations(let path): "\(path) isn't CLDR's XML: reinstall unicode-cldr-core"
    case .language(let asked, let nearest):
      "CLDR has no emoji's names in “\(asked)”; the nearest that it has: \(nearest.joined(separator: ", "))"
    case .drawing(let what, let problem): "can't draw \(what): \(problem)"
    case .directory(let path, let reason): "can't write in the directory \(path): \(reason)"
    }
  }
}

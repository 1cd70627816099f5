/// What keeps a search from its answer.
public enum SearchError: Error, Hashable, CustomStringConvertible {
  case unreadable(path: String, reason: String)
  case npy(path: String, problem: String)
  case lines(path: String, found: Int, rows: Int)
  case notEmbeddings(path: String)
  case nothingStored(what: String, path: String)
  case otherModel(path: String, stored: Int, model: Int)
  case differentModel(path: String, made: String)
  case noSuchKey(String, path: String, nearest: String?)
  case noDirection

  public var description: String {
    switch self {
    case .unreadable(let path, let reason): "can't read \(path): \(reason)"
    case .npy(let path, let problem): "\(path): \(problem)"
    case .lines(let path, let found, let rows):
      "\(path) has \(found) lines for \(rows) rows: the directory isn't one embedding's; embed the data again"
    case .notEmbeddings(let path): "\(path) holds no embeddings: make them by `diagonal embed --out \(path)`"
    case .nothingStored(let what, let path):
      "\(path) has no \(what).npy: it was embedded without; embed with --tower both, or search the other by --over"
    case .otherModel(let path, let stored, let model):
      "\(path) has rows of \(stored) numbers, the model makes \(model): it was embedded by another"
    case .differentModel(let path, let made):
      "\(path) was embedded by another model (\(made)): products with this one's vectors mean nothing"
    case .noSuchKey(let key, let path, let nearest):
      "\(path) has no row “\(key)”" + (nearest.map { "; the nearest is “\($0)”" } ?? "")
    case .noDirection: "what is wanted and what isn't cancel each other: no direction is left to search in"
    }
  }
}

/// What keeps a search from its answer.
public enum SearchError: Error, Hashable, CustomStringConvertible {
  case noDirection(query: String)
  case notFinite(what: String, path: String)
  case noNames(path: String)
  case noRows(path: String)
  case tooMany(rows: Int)
  case graph(problem: String)
  case index(path: String, problem: String)
  case otherIndex(path: String, problem: String)
  case shortIndex(path: String, covers: Int, rows: Int, stored: String, part: String)
  case file(String)

  public var description: String {
    switch self {
    case .noDirection(let query):
      "\(query): what is wanted and what isn't cancel each other: no direction is left to search in"
    case .notFinite(let what, let path):
      "\(path) has \(what) that aren't finite, which only --memory f32 goes around; embed the data again"
    case .noNames(let path): "\(path) has no keys for its rows; embed the data again"
    case .noRows(let path): "\(path) has no rows: of its data nothing could be embedded, as its skipped.jsonl says"
    case .tooMany(let rows): "\(rows) rows are more than an index takes (2^31 - 1); search without --index"
    case .graph(let problem): "the index can't go on: \(problem)"
    case .index(let path, let problem):
      "\(path): \(problem); if it is an index that was damaged, remove it and run `diagonal index` again"
    case .otherIndex(let path, let problem): "\(path) \(problem); give another file to --out or --index"
    case .shortIndex(let path, let covers, let rows, let stored, let part):
      "\(path) covers \(covers) of \(rows) rows: `diagonal index \(stored) --over \(part) --out \(path)` goes on with it"
    case .file(let problem): problem
    }
  }
}

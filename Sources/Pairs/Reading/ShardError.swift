/// What can be wrong with a data set as a whole.
public enum ShardError: Error, Hashable, CustomStringConvertible {
  case missing(path: String)
  case unreadable(path: String, reason: String)
  case unwritable(path: String, reason: String)
  case compressed(path: String)
  case notTar(path: String)
  case damaged(path: String, offset: Int)
  case truncated(path: String, member: String, offset: Int, expected: Int, found: Int)
  case noPairs(path: String)
  case braces(pattern: String)
  case column(path: String, name: String, found: [String])
  case noData

  public var description: String {
    switch self {
    case .missing(let path): "there is no \(path): check the path (relative ones start at the working directory)"
    case .unreadable(let path, let reason): "can't read \(path): \(reason)"
    case .unwritable(let path, let reason): "can't write \(path): \(reason)"
    case .compressed(let path): "\(path) is compressed: unpack it with gunzip, since pairs are read by their position"
    case .notTar(let path): "\(path) is not a tar file"
    case .damaged(let path, let offset): "\(path) is damaged: no tar header at byte \(offset); fetch it again"
    case .truncated(let path, let member, let offset, let expected, let found):
      "\(path) is cut off: \(member) at byte \(offset) should have \(expected) bytes and has \(found); fetch it again"
    case .noPairs(let path):
      "\(path) holds no pairs: expected for each key a picture (.jpg .jpeg .png .webp) and a caption (.txt or .json)"
    case .braces(let pattern): "can't expand \(pattern): expected {0000..0099} or {a,b}, giving at most a million paths"
    case .column(let path, let name, let found):
      "\(path) has no column “\(name)” (it has \(found.map { "“\($0)”" }.joined(separator: ", ")))"
    case .noData: "no data: expected at least one shard, table or folder"
    }
  }
}

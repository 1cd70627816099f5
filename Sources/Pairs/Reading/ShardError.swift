/// What can be wrong with a data set as a whole.
public enum ShardError: Error, Hashable {
  case missing(path: String)
  case unreadable(path: String, reason: String)
  case unwritable(path: String, reason: String)
  /// Another format, by its name and with what to do.
  case format(path: String, advice: String)
  case notTar(path: String)
  case damaged(path: String, offset: Int)
  case truncated(path: String, member: String, offset: Int, expected: Int, found: Int)
  case changed(path: String)
  case edited(path: String, record: String)
  case noPairs(path: String, expected: String, found: String)
  case braces(pattern: String)
  case noMatch(pattern: String)
  case address(String, scheme: String)
  case column(path: String, name: String, found: [String])
  case columnInDoubt(path: String, what: String, key: String, found: [String])
  case openQuote(path: String, line: Int)
  case encoding(path: String, problem: String)
  case factors(found: Int, sources: Int)
  case noData
}

extension ShardError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .missing(let path): "there is no \(path): \(Self.hint(path))"
    case .unreadable(let path, let reason): "can't read \(path): \(reason)"
    case .unwritable(let path, let reason): "can't write \(path): \(reason)"
    case .format(let path, let advice): "\(path) \(advice)"
    case .notTar(let path): "\(path) is not a tar file, nor a folder, .csv, .tsv or .jsonl"
    case .damaged(let path, let offset): "\(path) is damaged: no tar header at byte \(offset); fetch it again"
    case .truncated(let path, let member, let offset, let expected, let found):
      "\(path) is cut off: \(member) at byte \(offset) should have \(expected) bytes and has \(found); fetch it again"
    case .changed(let path):
      "\(path) has changed since it was opened: start again once nobody writes to it (a run resumes at its checkpoint)"
    case .edited(let path, let record):
      "\(path) isn't what was indexed, though its size and time are: \(record) has another header or caption; "
        + "the index is dropped, so start again"
    case .noPairs(let path, let expected, let found): "\(path) holds no pairs: expected \(expected); found \(found)"
    case .braces(let pattern): "can't expand \(pattern): expected {0000..0099} or {a,b}, giving at most a million paths"
    case .noMatch(let pattern):
      "nothing matches \(pattern): check the path (relative ones start at the working directory)"
    case .address(let address, let scheme):
      "\(address): \(scheme) isn't read here, only files are: fetch them first, or mount them"
    case .column(let path, let name, let found): "\(path) has no column “\(name)” (it has \(Self.list(found)))"
    case .columnInDoubt(let path, let what, let key, let found):
      found.contains { $0.lowercased().hasSuffix("url") } && what == "pictures"
        ? "\(path) has addresses of pictures (\(Self.list(found))): fetch them first, as img2dataset does"
        : "\(path) doesn't tell which column holds \(what) (it has \(Self.list(found))): set \(key)"
    case .openQuote(let path, let line):
      "\(path) ends inside quotes that open in line \(line): close them, write quotes within a field twice, "
        + "or set data.csv.quotes: false where quotes mean nothing"
    case .encoding(let path, let problem): "\(path) can't be read as text: \(problem)"
    case .factors(let found, let sources):
      "data.upsampling_factors has \(found) factors for \(sources) sources: give one for each, 1::2 for a::b"
    case .noData: "no data: expected at least one shard, table or folder"
    }
  }

  private static func hint(_ path: String) -> String {
    path.contains("$")
      ? "variables aren't expanded here; write the path"
      : "check the path (relative ones start at the working directory)"
  }

  private static func list(_ names: [String]) -> String { names.map { "“\($0)”" }.joined(separator: ", ") }
}

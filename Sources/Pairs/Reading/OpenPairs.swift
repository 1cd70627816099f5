import Files

/// Opens whatever the paths name: tables (`.csv`, `.tsv`, `.jsonl`), folders of tars or of pictures, texts, and else
/// WebDataset shards.
///
/// - Parameter paths: may hold brace ranges and globs. Pairs come in the order of the paths.
public func openPairs(
  _ paths: [String], _ options: ReadingOptions = ReadingOptions(), _ keeping: IndexKeeping = IndexKeeping()
) throws(ShardError) -> any PairSource {
  if let encoding = options.encoding {
    do { try checkEncoding(encoding) } catch { throw .encoding(path: "data", problem: "\(error)") }
  }
  var sources: [any PairSource] = []
  var shards: [FilePath] = []
  func finishShards() throws(ShardError) {
    if !shards.isEmpty { sources.append(try Shards(paths: shards, options, keeping)) }
    shards = []
  }
  for pattern in paths {
    for path in try expandedPaths(pattern) {
      if let other = try openUnlessShard(path, options, keeping) {
        try finishShards()
        sources.append(other)
      } else {
        shards.append(path)
      }
    }
  }
  try finishShards()
  guard let first = sources.first else { throw .noData }
  let all = sources.count == 1 ? first : JoinedPairs(sources)
  guard let list = options.exclude else { return all }
  return try ExcludedPairs(all, list: list)
}

/// Opens sources that are drawn from with weights.
///
/// - Returns: their pairs, one source after the other, and how often each is drawn.
public func openMixture(
  _ parts: [(paths: [String], weight: Double)], _ options: ReadingOptions = ReadingOptions(),
  _ keeping: IndexKeeping = IndexKeeping()
) throws(ShardError) -> (source: any PairSource, mixture: Mixture) {
  var sources: [any PairSource] = []
  for part in parts { sources.append(try openPairs(part.paths, options, keeping)) }
  guard let first = sources.first else { throw .noData }
  let mixture = Mixture(zip(sources, parts).map { .init(count: $0.count, weight: $1.weight) })
  return (sources.count == 1 ? first : JoinedPairs(sources), mixture)
}

private func openUnlessShard(
  _ path: FilePath, _ options: ReadingOptions, _ keeping: IndexKeeping
) throws(ShardError) -> (any PairSource)? {
  switch FileKind(at: path) {
  case nil: throw .missing(path: path.description)
  case .folder: return try openFolder(path, options, keeping)
  case .regular: break
  case let kind?: throw .unreadable(path: path.description, reason: "\(kind.rawValue), not a regular file")
  }
  return switch plainEnding(path, options) {
  case "csv", "tsv", "jsonl", "ndjson": try openTable(path, options)
  case "txt": try TextLines(path, options)
  case "json":
    throw .format(
      path: path.description,
      advice: "is JSON as a whole; one object a line is read: `jq -c '.[]' \(path) > pairs.jsonl` makes that of a list")
  default: nil
  }
}

/// The ending of a file's name, in lower case; where the options unpack, of what compression added nothing to.
func plainEnding(_ path: FilePath, _ options: ReadingOptions) -> String? {
  guard let named = KeyedName(path.lastComponent, .lastDot) else { return nil }
  guard options.unpacking != nil, FileFormat.compressedEndings.contains(named.ending) else { return named.ending }
  return KeyedName(named.key, .lastDot)?.ending
}

import Foundation

/// Opens whatever the paths name: `.csv` and `.tsv` tables, folders of pairs or of tars, and else WebDataset shards.
///
/// - Parameter paths: may hold brace ranges. Pairs come in the order of the paths.
public func openPairs(_ paths: [String]) throws(ShardError) -> any PairSource {
  var sources: [any PairSource] = []
  var shards: [String] = []
  func finishShards() throws(ShardError) {
    if !shards.isEmpty { sources.append(try Shards(shards)) }
    shards = []
  }
  for pattern in paths {
    for path in try expandBraces(pattern) {
      if let other = try openUnlessShard(path) {
        try finishShards()
        sources.append(other)
      } else {
        shards.append(path)
      }
    }
  }
  try finishShards()
  guard let first = sources.first else { throw .noData }
  return sources.count == 1 ? first : JoinedPairs(sources)
}

private func openUnlessShard(_ path: String) throws(ShardError) -> (any PairSource)? {
  if path.hasSuffix(".csv") || path.hasSuffix(".tsv") { return try TablePairs(path) }
  var isFolder = ObjCBool(false)
  guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else { return nil }
  let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
  let tars = names.filter { $0.hasSuffix(".tar") }.sorted()
  return tars.isEmpty ? try FolderPairs(path) : try Shards(tars.map { "\(path)/\($0)" })
}

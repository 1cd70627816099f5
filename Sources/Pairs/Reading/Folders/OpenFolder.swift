import Files

/// Opens what a folder holds: tars, or else pictures that a `metadata.jsonl` or `.csv` lists (Hugging Face's
/// ImageFolder), or else pictures with captions beside them.
func openFolder(
  _ path: FilePath, _ options: ReadingOptions, _ keeping: IndexKeeping
) throws(ShardError) -> any PairSource {
  let tree = try FolderTree(path)
  let plain = tree.files(ending: ["tar"])
  let compressed = tree.names.filter { name in
    FileFormat.compressedTars.contains { name.description.lowercased().hasSuffix("." + $0) }
  }
  let tars = options.unpacking == nil ? plain : (plain + compressed).sorted()
  if !tars.isEmpty {
    return try Shards(
      paths: tars.map { path / $0 }, options, keeping,
      passedOver: tree.skipped + tree.loosePairs(options) + tree.compressed(compressed.filter { !tars.contains($0) }))
  }
  let lists = tree.names.filter { ["metadata.jsonl", "metadata.csv"].contains($0.lastComponent) }
  if !lists.isEmpty { return try openMetadata(lists, tree, options) }
  if let first = compressed.first {
    guard tree.names.contains(where: { KeyedName($0, .lastDot)?.part?.isPicture == true }) else {
      let file = try DataSetFile(path / first)
      try file.requireKnownFormat()
      throw .notTar(path: file.path)
    }
  }
  return try FolderPairs(tree, options)
}

private func openMetadata(
  _ lists: [FilePath], _ tree: FolderTree, _ options: ReadingOptions
) throws(ShardError) -> any PairSource {
  var (sources, listed) = ([any PairSource](), Set<FilePath>())
  for list in lists {
    let source = try openTable(tree.root / list, options)
    sources.append(source)
    if let rows = source as? any PictureListing { listed.formUnion(rows.pictures.map { (list.parent ?? "") / $0 }) }
  }
  let unlisted = tree.names.filter { KeyedName($0, .lastDot)?.part?.isPicture == true && !listed.contains($0) }
  guard let first = unlisted.first else { return JoinedPairs(sources, passedOver: tree.skipped) }
  let words = "\(unlisted.count) \(unlisted.count == 1 ? "picture" : "pictures") that no metadata file lists"
  let place = PairLocation(key: first.description, file: tree.root.description)
  return JoinedPairs(sources, passedOver: tree.skipped + [SkippedSample(.passedOver(words), at: place)])
}

/// A table, or lines of JSON, by the ending of its name.
func openTable(_ path: FilePath, _ options: ReadingOptions) throws(ShardError) -> any PairSource {
  switch plainEnding(path, options) {
  case "jsonl", "ndjson": RowPairs(rows: try LineRows(path, options), options: options)
  default: RowPairs(rows: try TableRows(path, options), options: options)
  }
}

extension FolderTree {
  fileprivate func files(ending: Set<String>) -> [FilePath] {
    names.filter { KeyedName($0, .lastDot).map { ending.contains($0.ending) } ?? false }
  }

  /// What lies beside tars and would make pairs without them.
  fileprivate func loosePairs(_ options: ReadingOptions) -> [SkippedSample] {
    let pairs = Grouping.result(names, .lastDot, MemberRule(options)).groups
    guard let first = pairs.first else { return [] }
    let words =
      "\(pairs.count) \(pairs.count == 1 ? "pair" : "pairs") beside tars: a folder with tars is read as shards"
    return [
      SkippedSample(.passedOver(words), at: PairLocation(key: first.key.description, file: root.description))
    ]
  }

  fileprivate func compressed(_ names: [FilePath]) -> [SkippedSample] {
    names.map { name in
      let words = "it is compressed: `diagonal data pack \(root / name) --out DIR` makes plain shards of it"
      return SkippedSample(.passedOver(words), at: PairLocation(key: name.description, file: root.description))
    }
  }
}

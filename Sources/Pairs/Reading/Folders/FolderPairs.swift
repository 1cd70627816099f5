import Files

/// Pairs as files in a folder and those within it: `x.png` with `x.txt`, `x.json`, or both; in the order of their names.
struct FolderPairs: PairSource {
  private let tree: FolderTree
  private let groups: [MemberGroup]
  private let options: ReadingOptions
  let skipped: [SkippedSample]

  var count: Int { groups.count }

  /// - Throws: `ShardError` where there is no pair.
  init(_ tree: FolderTree, _ options: ReadingOptions) throws(ShardError) {
    let grouping = Grouping.result(tree.names, .lastDot, MemberRule(options))
    let root = tree.root.description
    skipped =
      tree.skipped
      + grouping.flaws.map { SkippedSample($0.flaw, at: PairLocation(key: $0.key.description, file: root)) }
    groups = grouping.groups
    (self.tree, self.options) = (tree, options)
    guard !groups.isEmpty else {
      let words = skipped.isEmpty ? Self.contents(tree) : SkipSummary(skipped).inOneLine + Self.advice(tree)
      throw .noPairs(
        path: root, expected: "pictures (.jpg .png .webp …) with captions (.txt, .json, metadata.jsonl), or tars",
        found: words)
    }
  }

  func pair(at index: Int) throws -> Pair { try pair(at: index, withImage: true) }

  func pairWithoutImage(at index: Int) throws -> Pair { try pair(at: index, withImage: false) }

  private func pair(at index: Int, withImage: Bool) throws -> Pair {
    let group = groups[index]
    func caption(_ number: Int?) throws(Flaw) -> [UInt8]? {
      guard let number else { return nil }
      return try options.caption(tree.root / tree.names[number])
    }
    let sidecar = Sidecar(
      text: try caption(group.text), json: try caption(group.json), label: try caption(group.label),
      folder: FolderName.of(group.key.description))
    let image = withImage ? try group.picture.map { try options.picture(tree.root / tree.names[$0]) } : nil
    return try Pair(key: group.key.description, image: image ?? [], sidecar, options)
  }

  func location(of index: Int) -> PairLocation {
    PairLocation(key: groups[index].key.description, file: tree.root.description)
  }

  func identify(to identity: DataIdentity) {
    for group in groups { identity.add(key: group.key) { said(of: group) } }
  }

  func identify(_ range: Range<Int>, to identity: DataIdentity) {
    for group in groups[range] {
      identity.add(key: group.key) { said(of: group) }
      let picture = group.picture.flatMap { try? DataSetFile(tree.root / tree.names[$0]).size }
      identity.add("\(picture ?? 0)")
    }
  }

  private func said(of group: MemberGroup) -> [UInt8] {
    [group.text, group.json, group.label].flatMap { number in
      number.flatMap { try? options.caption(tree.root / tree.names[$0]) } ?? []
    }
  }

  /// Pictures in folders by class have captions after all.
  private static func advice(_ tree: FolderTree) -> String {
    let pictures = tree.names.filter { KeyedName($0, .lastDot)?.part?.isPicture == true }
    guard let first = pictures.first.flatMap({ FolderName.of($0.description) }) else { return "" }
    return "; data.captions: {folder: 1} takes a folder's name, as “\(first)”, for the caption of what it holds"
  }

  private static func contents(_ tree: FolderTree) -> String {
    guard let first = tree.names.first else { return "no files at all" }
    let tables = tree.names.filter { ["csv", "tsv", "jsonl"].contains(KeyedName($0, .lastDot)?.ending) }
    if let table = tables.first { return "\(table): give that file itself" }
    if let parquet = tree.names.first(where: { KeyedName($0, .lastDot)?.ending == "parquet" }) {
      return "\(parquet), which \(FileFormat.parquet.advice("").dropFirst("is Parquet, which ".count))"
    }
    return "\(tree.names.count) files: \(first) …"
  }
}

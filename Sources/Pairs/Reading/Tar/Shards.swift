import Files

/// Pairs in WebDataset shards: tars of a picture for each key with `key.txt`, `key.json`, or both.
///
/// Members belong together when they share a key: the path up to the first dot of its last component. Where they lie is read
/// from an index, which is built when there is none that fits; a pair is then read in place, by position. Nothing is
/// unpacked and no shard stays open.
public struct Shards: PairSource {
  public let skipped: [SkippedSample]
  public let count: Int
  private let shards: [IndexedShard]
  /// The first sample of each shard.
  private let starts: [Int]
  private let options: ReadingOptions

  /// Opens shards by their indexes, and builds those that are missing or don't fit.
  ///
  /// - Parameter patterns: paths, which may hold brace ranges and globs: `train-{0000..0099}.tar`.
  public init(
    _ patterns: [String], _ options: ReadingOptions = ReadingOptions(), _ keeping: IndexKeeping = IndexKeeping()
  ) throws(ShardError) {
    var paths: [FilePath] = []
    for pattern in patterns { paths += try expandedPaths(pattern) }
    try self.init(paths: paths, options, keeping)
  }

  init(
    paths: [FilePath], _ options: ReadingOptions, _ keeping: IndexKeeping, passedOver: [SkippedSample] = []
  ) throws(ShardError) {
    guard !paths.isEmpty else { throw .noData }
    var files: [ShardFile] = []
    for path in paths { files.append(ShardFile(path: path, plain: try options.plain(path))) }
    shards = try openIndexed(files, MemberRule(options), keeping)
    var (starts, count, skipped) = ([Int](), 0, passedOver)
    for shard in shards {
      starts.append(count)
      count += shard.summary.count
      let (file, own) = (shard.file.path.description, shard.summary.skipped(in: shard.file.path.description))
      if shard.summary.count == 0 {
        let words = own.isEmpty ? shard.summary.contents : SkipSummary(own).inOneLine
        if paths.count == 1 { throw .noPairs(path: file, expected: Self.expected(options), found: words) }
        skipped.append(SkippedSample(.passedOver("this tar holds no pairs"), at: .init(key: "*", file: file)))
      }
      skipped += own
    }
    guard count > 0 else {
      throw .noPairs(
        path: "\(paths[0]) and \(paths.count - 1) more", expected: Self.expected(options),
        found: SkipSummary(skipped).inOneLine)
    }
    (self.starts, self.count, self.skipped, self.options) = (starts, count, skipped, options)
  }

  private static func expected(_ options: ReadingOptions) -> String {
    switch options.needs {
    case .both: "for each key a picture (.jpg .png .webp …) and a caption (.txt or .json)"
    case .pictures: "pictures (.jpg .png .webp …)"
    case .texts: "captions (.txt or .json)"
    }
  }

  public func pair(at index: Int) throws -> Pair { try pair(at: index, withImage: true) }

  public func pairWithoutImage(at index: Int) throws -> Pair { try pair(at: index, withImage: false) }

  private func pair(at index: Int, withImage: Bool) throws -> Pair {
    let (shard, row) = place(of: index)
    let record = try shard.record(at: row)
    let file = try shard.open()
    let sidecar = Sidecar(
      text: try caption(record.text, file), json: try caption(record.json, file),
      label: try caption(record.label, file), folder: FolderName.of(record.key.description))
    let captions = ShardRecord.hash(text: sidecar.text, json: sidecar.json, label: sidecar.label)
    guard captions == record.captions else { throw shard.belied(by: record) }
    var image: [UInt8] = []
    if withImage, let picture = record.picture {
      let most = options.limits.pictureBytes
      guard picture.size <= most else { throw Flaw.pictureBytes(picture.size, most: most) }
      let header = try file.read(picture.header..<picture.header + TarHeader.size)
      guard TarHeader.seal(header) == record.seal else { throw shard.belied(by: record) }
      image = try picture.read(file)
    }
    return try Pair(key: record.key.description, image: image, sidecar, options)
  }

  private func caption(_ member: Extent?, _ file: DataSetFile) throws -> [UInt8]? {
    guard let member else { return nil }
    let most = options.limits.textBytes
    guard member.size <= most else { throw Flaw.textBytes(member.size, most: most) }
    return try member.read(file)
  }

  public func location(of index: Int) -> PairLocation {
    let (shard, row) = place(of: index)
    // What can't be read says so when the pair is asked for.
    let record = try? shard.record(at: row)
    return PairLocation(
      key: record?.key.description ?? "record \(row)", file: shard.file.path.description, byte: record?.byte)
  }

  public var shardRanges: [Range<Int>] {
    zip(starts, shards).map { $0..<$0 + $1.summary.count }.filter { !$0.isEmpty }
  }

  public func identify(to identity: DataIdentity) {
    for shard in shards {
      identity.add(file: shard.file.path, size: shard.stamp.size)
      identity.add(shard.summary.digest)
    }
  }

  public func identify(_ range: Range<Int>, to identity: DataIdentity) {
    let (shard, row) = place(of: range.lowerBound)
    identity.add(file: shard.file.path, size: shard.stamp.size)
    identity.add(shard.summary.digest)
    identity.add("\(row) \(range.count)")
  }

  private func place(of index: Int) -> (shard: IndexedShard, row: Int) {
    precondition(index >= 0 && index < count, "shards: no index \(index) among \(count)")
    var (low, high) = (0, starts.count)
    while high - low > 1 {
      let middle = (low + high) / 2
      if starts[middle] <= index { low = middle } else { high = middle }
    }
    return (shards[low], index - starts[low])
  }
}

extension Pair {
  /// A picture with the files of its key.
  init(key: String, image: [UInt8], _ sidecar: Sidecar, _ options: ReadingOptions) throws(Flaw) {
    var flaws: [Flaw] = []
    // A picture that is all that is needed isn't lost by its captions.
    let captions = options.needs == .pictures ? Captions([]) : try sidecar.captions(options, &flaws)
    self.init(
      key: key, image: image, captions: captions.texts, shares: captions.shares, label: try sidecar.label(options),
      json: sidecar.json ?? [], flaws: flaws)
  }
}

import Files

/// Pairs in WebDataset shards: tars of a picture for each key with `key.txt`, `key.json`, or both.
///
/// Members belong together when they share a key: the path up to the first dot of its last component. Opening scans
/// headers; a pair is then read in place, by position. Nothing is unpacked and no shard stays open.
public struct Shards: PairSource {
  private struct Sample {
    let key: FilePath
    let shard: Int32
    /// Where its first member's header begins.
    let byte: Int
    let image: Extent?
    let text: Extent?
    let json: Extent?
    let label: Extent?
  }

  private struct Shard {
    let path: FilePath
    let stamp: ReadOnlyFile.Stamp
  }

  public let skipped: [SkippedSample]
  private let shards: [Shard]
  private let samples: [Sample]
  private let options: ReadingOptions

  public var count: Int { samples.count }

  /// Scans the headers of all shards.
  ///
  /// - Parameter patterns: paths, which may hold brace ranges and globs: `train-{0000..0099}.tar`.
  public init(_ patterns: [String], _ options: ReadingOptions = ReadingOptions()) throws(ShardError) {
    var paths: [FilePath] = []
    for pattern in patterns { paths += try expandedPaths(pattern) }
    try self.init(paths: paths, options)
  }

  init(paths: [FilePath], _ options: ReadingOptions, passedOver: [SkippedSample] = []) throws(ShardError) {
    guard !paths.isEmpty else { throw .noData }
    var (shards, samples, skipped): ([Shard], [Sample], [SkippedSample]) = ([], [], passedOver)
    for (number, path) in paths.enumerated() {
      let file = try DataSetFile(path)
      let found = try Self.scan(file, shard: Int32(number), options)
      if found.samples.isEmpty {
        let words = found.skipped.isEmpty ? found.contents : SkipSummary(found.skipped).inOneLine
        if paths.count == 1 { throw .noPairs(path: path.description, expected: Self.expected(options), found: words) }
        skipped.append(SkippedSample(.passedOver("this tar holds no pairs"), at: .init(key: "*", file: file.path)))
      }
      shards.append(Shard(path: path, stamp: file.stamp))
      samples += found.samples
      skipped += found.skipped
    }
    guard !samples.isEmpty else {
      throw .noPairs(
        path: "\(paths[0]) and \(paths.count - 1) more", expected: Self.expected(options),
        found: SkipSummary(skipped).inOneLine)
    }
    (self.shards, self.samples, self.skipped, self.options) = (shards, samples, skipped, options)
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
    let sample = samples[index]
    let shard = shards[Int(sample.shard)]
    let file = try DataSetFile(shard.path)
    guard file.stamp == shard.stamp else { throw ShardError.changed(path: file.path) }
    func caption(_ extent: Extent?) throws -> [UInt8]? {
      guard let extent else { return nil }
      let most = options.limits.textBytes
      guard extent.size <= most else { throw Flaw.textBytes(extent.size, most: most) }
      return try extent.read(file)
    }
    func picture(_ extent: Extent) throws -> [UInt8] {
      let most = options.limits.pictureBytes
      guard extent.size <= most else { throw Flaw.pictureBytes(extent.size, most: most) }
      return try extent.read(file)
    }
    let sidecar = Sidecar(
      text: try caption(sample.text), json: try caption(sample.json), label: try caption(sample.label))
    return try Pair(
      key: sample.key.description, image: withImage ? sample.image.map(picture) ?? [] : [], sidecar, options)
  }

  public func location(of index: Int) -> PairLocation {
    let sample = samples[index]
    return PairLocation(
      key: sample.key.description, file: shards[Int(sample.shard)].path.description, byte: sample.byte)
  }

  public var shardRanges: [Range<Int>] {
    var (ranges, start) = ([Range<Int>](), 0)
    for index in samples.indices.dropFirst() where samples[index].shard != samples[start].shard {
      ranges.append(start..<index)
      start = index
    }
    return ranges + [start..<samples.count]
  }

  public func identify(to identity: DataIdentity) throws {
    var rest = samples[...]
    for (number, shard) in shards.enumerated() {
      let file = try DataSetFile(shard.path)
      guard file.stamp == shard.stamp else { throw ShardError.changed(path: file.path) }
      identity.add(file: shard.path, size: file.size)
      while let sample = rest.first, sample.shard == number {
        rest = rest.dropFirst()
        let extents = [sample.image, sample.text, sample.json, sample.label]
        try identity.add(key: sample.key, place: sample.byte, sizes: extents.map { $0?.size ?? -1 }) {
          try extents.dropFirst().flatMap { extent in
            guard let extent, extent.size <= options.limits.textBytes else { return [UInt8]() }
            return try extent.read(file)
          }
        }
      }
    }
  }

  /// - Returns: the samples, what is wrong with the rest, and for a tar that holds none what it holds.
  private static func scan(
    _ file: DataSetFile, shard: Int32, _ options: ReadingOptions
  ) throws(ShardError) -> (samples: [Sample], skipped: [SkippedSample], contents: String) {
    let (members, rest) = try TarIndex.members(of: file)
    let grouping = Grouping.result(members.map(\.name), .firstDot, options.needs)
    var (samples, skipped) = ([Sample](), [SkippedSample]())
    func skip(_ flaw: Flaw, _ key: FilePath, _ byte: Int) {
      skipped.append(SkippedSample(flaw, at: PairLocation(key: key.description, file: file.path, byte: byte)))
    }
    for group in grouping.groups {
      do throws(Flaw) {
        samples.append(try sample(group, members, shard))
      } catch { skip(error, group.key, members[group.first].byte) }
    }
    for (key, member, flaw) in grouping.flaws { skip(flaw, key, members[member].byte) }
    if let rest { skip(.passedOver("the last \(rest.count) bytes aren't a tar's"), "*", rest.lowerBound) }
    let examples = members.prefix(3).map(\.name.description).joined(separator: ", ")
    return (samples, skipped, members.isEmpty ? "no files at all" : "\(members.count) files: \(examples) …")
  }

  private static func sample(_ group: MemberGroup, _ members: [TarMember], _ shard: Int32) throws(Flaw) -> Sample {
    func extent(_ number: Int?) throws(Flaw) -> Extent? {
      guard let number else { return nil }
      switch members[number].contents {
      case .file(let extent): return extent
      case .flaw(let flaw): throw flaw
      case .link(let target): throw .link(to: target.description)
      }
    }
    return Sample(
      key: group.key, shard: shard, byte: members[group.first].byte, image: try extent(group.picture),
      text: try extent(group.text), json: try extent(group.json), label: try extent(group.label))
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

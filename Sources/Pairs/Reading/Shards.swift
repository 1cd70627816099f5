import Foundation

/// Pairs in WebDataset shards: tars of `key.jpg|jpeg|png|webp` with `key.txt`, `key.json`, or both.
///
/// Members belong together when they share a key: the path up to the first dot of its last component. Opening scans
/// headers; a pair is then read in place, by position. Nothing is unpacked and no shard stays open.
public struct Shards: PairSource {
  private struct Sample {
    let key: String
    let shard: Int
    var image: Range<Int>?
    var text: Range<Int>?
    var json: Range<Int>?
  }

  public let paths: [String]
  public let skipped: [SkippedSample]
  private let samples: [Sample]

  public var count: Int { samples.count }

  /// - Parameter patterns: paths, which may hold brace ranges: `train-{0000..0099}.tar`.
  public init(_ patterns: [String]) throws(ShardError) {
    var paths: [String] = []
    for pattern in patterns { paths += try expandBraces(pattern) }
    guard !paths.isEmpty else { throw .noData }
    var (samples, skipped): ([Sample], [SkippedSample]) = ([], [])
    for (shard, path) in paths.enumerated() {
      let all = Self.grouped(try TarIndex.members(of: DataSetFile(path)), shard: shard)
      let whole = all.filter { $0.image != nil && ($0.text != nil || $0.json != nil) }
      guard !whole.isEmpty else { throw .noPairs(path: path) }
      samples += whole
      skipped += all.compactMap { Self.flaw($0, in: path) }
    }
    (self.paths, self.samples, self.skipped) = (paths, samples, skipped)
  }

  public func pair(at index: Int) throws -> Pair { try pair(at: index, withImage: true) }

  public func pairWithoutImage(at index: Int) throws -> Pair { try pair(at: index, withImage: false) }

  private func pair(at index: Int, withImage: Bool) throws -> Pair {
    let sample = samples[index]
    let file = try DataSetFile(paths[sample.shard])
    guard let image = sample.image else { preconditionFailure("shards: \(sample.key) is indexed without picture") }
    let text = try sample.text.map(file.read)
    let json = try sample.json.map(file.read)
    return Pair(
      key: sample.key, image: withImage ? try file.read(image) : [],
      captions: try captions(key: sample.key, text: text, json: json), json: json ?? [])
  }

  public func location(of index: Int) -> PairLocation {
    PairLocation(key: samples[index].key, file: paths[samples[index].shard])
  }

  /// Samples in the order of their first members. A second file of the same kind begins a new sample of that key.
  private static func grouped(_ members: [TarMember], shard: Int) -> [Sample] {
    var samples: [Sample] = []
    var open: [String: Int] = [:]
    for member in members {
      guard let (key, ending) = keyAndEnding(member.name), let part = part(ending) else { continue }
      if let known = open[key], samples[known][keyPath: part] == nil {
        samples[known][keyPath: part] = member.data
      } else {
        open[key] = samples.count
        samples.append(Sample(key: key, shard: shard))
        samples[samples.count - 1][keyPath: part] = member.data
      }
    }
    return samples
  }

  private static func part(_ ending: String) -> WritableKeyPath<Sample, Range<Int>?>? {
    switch ending {
    case "txt": \.text
    case "json": \.json
    case _ where pictureEndings.contains(ending): \.image
    default: nil
    }
  }

  private static func flaw(_ sample: Sample, in path: String) -> SkippedSample? {
    if sample.image == nil { return SkippedSample(captionOnly: sample.key, in: path) }
    if sample.text != nil || sample.json != nil { return nil }
    return SkippedSample(pictureOnly: sample.key, in: path)
  }
}

let pictureEndings: Set<String> = ["jpg", "jpeg", "png", "webp"]

/// `a/b.c.jpg` is `a/b` and `c.jpg`, in lower case; nil for a name without dot or that begins with one.
func keyAndEnding(_ path: String) -> (key: String, ending: String)? {
  let start = path.lastIndex(of: "/").map(path.index(after:)) ?? path.startIndex
  guard let dot = path[start...].firstIndex(of: "."), dot > start else { return nil }
  return (String(path[..<dot]), path[path.index(after: dot)...].lowercased())
}

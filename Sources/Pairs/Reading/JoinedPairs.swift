/// Several sources, one after another.
struct JoinedPairs: PairSource {
  private let sources: [any PairSource]
  /// The first index of each source.
  private let starts: [Int]
  let count: Int
  let skipped: [SkippedSample]

  /// - Parameter passedOver: what belongs to none of them.
  init(_ sources: [any PairSource], passedOver: [SkippedSample] = []) {
    var (starts, count) = ([Int](), 0)
    for source in sources {
      starts.append(count)
      count += source.count
    }
    (self.sources, self.starts, self.count) = (sources, starts, count)
    skipped = passedOver + sources.flatMap(\.skipped)
  }

  func pair(at index: Int) throws -> Pair {
    let (source, local) = locate(index)
    return try source.pair(at: local)
  }

  func pairWithoutImage(at index: Int) throws -> Pair {
    let (source, local) = locate(index)
    return try source.pairWithoutImage(at: local)
  }

  func location(of index: Int) -> PairLocation {
    let (source, local) = locate(index)
    return source.location(of: local)
  }

  var shardRanges: [Range<Int>] {
    zip(sources, starts).flatMap { source, start in
      source.shardRanges.map { $0.lowerBound + start..<$0.upperBound + start }
    }
  }

  func identify(to identity: DataIdentity) throws {
    for source in sources { try source.identify(to: identity) }
  }

  func identify(_ range: Range<Int>, to identity: DataIdentity) throws {
    let (source, local) = locate(range.lowerBound)
    try source.identify(local..<local + range.count, to: identity)
  }

  private func locate(_ index: Int) -> (any PairSource, Int) {
    precondition(index >= 0 && index < count, "pairs: no index \(index) among \(count)")
    let source = starts.lastIndex { $0 <= index }!
    return (sources[source], index - starts[source])
  }
}

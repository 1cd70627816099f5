import Files
import Foundation
import Pairs
import Randomness

/// Packs pairs of any source into WebDataset shards, on all cores, in an order of their own. One that is killed and
/// started again gives the bytes of one that wasn't.
public struct Packer {
  public let directory: String
  public let options: PackOptions
  public var threads = ProcessInfo.processInfo.activeProcessorCount
  /// Whether another pack in the directory is replaced: the files that its manifest lists, and no others.
  public var replaces = false
  /// The share of the pairs that may be lost.
  public var skipLimit = SkipLimit.usualShare
  /// What is made of all shards when the last is whole, by their names in order: names of more files in the directory.
  /// An index of the shards belongs here.
  public var finishing: (_ directory: String, _ shards: [String]) throws -> [String] = { _, _ in [] }

  public init(into directory: String, _ options: PackOptions) {
    (self.directory, self.options) = (directory, options)
  }

  private static let chunk = 4

  /// How data are to be opened for a pack: drawings count where they are drawn, and compressed tars are unpacked.
  ///
  /// - Throws: `PackError` where the directory holds other things than a pack, or lies in a source.
  public func reading(_ sources: [String], _ options: ReadingOptions) throws -> ReadingOptions {
    try PackDirectory.requireOwn(directory)
    func place(_ path: String) -> String {
      URL(fileURLWithPath: path).standardizedFileURL.resolvingSymlinksInPath().path + "/"
    }
    if let source = sources.first(where: { place(directory).hasPrefix(place($0)) }) {
      throw PackError.within(source: source, path: directory)
    }
    var options = options
    options.drawings = self.options.remaking?.shorterSide != nil
    options.unpacking = PackDirectory.unpacking(directory)
    return options
  }

  /// Packs, or goes on where an earlier launch ended.
  ///
  /// - Parameters:
  ///   - source: opened by `reading`.
  ///   - advanced: told how many of the pairs that are left to this launch are done.
  ///   - skipped: told of each flaw.
  public func run(
    _ source: any PairSource, advanced: (Int, Int) -> Void = { _, _ in }, skipped: (SkippedSample) -> Void = { _ in }
  ) throws -> PackSummary {
    let place = try PackDirectory(directory, try header(source), replaces: replaces)
    let resumed = place.manifest.shards.count
    if place.manifest.end == nil { try pack(source, into: place, advanced, skipped) }
    if FileKind(at: FilePath("\(directory)/\(PackDirectory.sums)")) == nil { try place.writeSums() }
    removeUnpacked(in: PackDirectory.unpacking(directory))
    return try PackSummary(place, of: source, resumed: resumed)
  }

  private func header(_ source: any PairSource) throws -> PackManifest.Header {
    PackManifest.Header(
      pack: 1, source: try DataIdentity.digest(of: source, Mixture([.init(count: source.count)])), pairs: source.count,
      options: options, encoder: options.remaking.map { _ in "libvips \(vipsVersion)" })
  }

  private func pack(
    _ source: any PairSource, into place: PackDirectory, _ advanced: (Int, Int) -> Void,
    _ skipped: (SkippedSample) -> Void
  ) throws {
    var (series, found) = (ShardSeries(place, options), SkipSummary(source.skipped))
    let first = series.done
    if first == 0 { for sample in source.skipped { try place.skips.append(sample.line) } }
    source.skipped.forEach(skipped)
    let made = pairs(of: source, from: first)
    while let chunk = try made.next() {
      for pair in chunk {
        for flaw in pair.flaws {
          found.add(flaw)
          skipped(flaw)
        }
        try series.add(pair)
      }
      try requireFew(series.done - series.pairs + SkipSummary(source.skipped).lost, source, found)
      advanced(series.done - first, source.count - first)
    }
    try series.finishShard()
    try finish(place, series)
  }

  private func requireFew(_ lost: Int, _ source: any PairSource, _ found: SkipSummary) throws {
    let limit = SkipLimit(share: skipLimit, of: source)
    guard Double(lost) > skipLimit * Double(limit.pairs) else { return }
    throw LoadingError.tooManyLost(lost: lost, of: limit.pairs, limit: skipLimit, kinds: found.lines)
  }

  /// Made on all threads, in the pack's order.
  private func pairs(of source: any PairSource, from first: Int) -> Lookahead<[PackedPair]> {
    let (options, count) = (options, source.count)
    var random = Philox(seed: options.seed ?? 0, purpose: .data)
    let order = options.seed == nil ? nil : shuffled(Array(0..<UInt32(count)), &random)
    return Lookahead(threads: threads, ahead: 4 * threads) { number in
      let start = first + number * Self.chunk
      guard start < count else { return nil }
      return try (start..<min(count, start + Self.chunk)).map { position in
        try PackedPair(order.map { Int($0[position]) } ?? position, of: source, options)
      }
    }
  }

  private func finish(_ place: PackDirectory, _ series: ShardSeries) throws {
    try place.origins.synchronize()
    try place.skips.synchronize()
    guard series.pairs > 0 else { throw PackError.nothing(lost: series.done) }
    let others = try finishing(directory, place.manifest.shards.map(\.file))
    try place.manifest.finish(.init(complete: true, pairs: series.pairs, others: others))
  }
}

/// What a pack holds.
public struct PackSummary: Sendable, Encodable {
  public let pairs: Int
  public let lost: Int
  public let shards: Int
  public let bytes: Int
  /// Shards that were there already.
  public let resumed: Int
  /// What training reads: `DIR/shard-{000000..000041}.tar`.
  public let data: String

  init(_ place: PackDirectory, of source: any PairSource, resumed: Int) throws {
    let made = place.manifest.shards
    pairs = made.reduce(0) { $0 + $1.pairs }
    lost = source.count - pairs + SkipSummary(source.skipped).lost
    (shards, self.resumed) = (made.count, resumed)
    bytes = made.reduce(0) { $0 + $1.bytes }
    let last = String(format: "%06d", max(0, made.count - 1))
    data = "\(place.path)/shard-\(made.count > 1 ? "{000000..\(last)}" : last).tar"
  }
}

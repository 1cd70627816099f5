import Collectives
import Engine
import Files
import Foundation
import Pairs
import Stored

/// What embedding all pairs of a source came to. The rows lie in a directory that `EmbeddingStore` reads.
public struct Embeddings: Sendable, Equatable, Encodable {
  /// Rows in the directory, those of earlier calls too.
  public let pairs: Int
  /// Pairs without a row, those of earlier calls too.
  public let skipped: Int
  public let width: Int
  public let shards: Int
  /// Rows that this call added.
  public let embedded: Int

  /// How it is done.
  public struct Options: Sendable {
    public var parts: [StoredPart]
    public var precision = StoredPrecision.f32
    /// How many pairs of a file are one shard at most: what is done again after a kill, and what one worker does at a time.
    public var shardPairs: Int
    /// Whether the states that projections take are stored in place of embeddings.
    public var states = false
    /// Whether embeddings that are there are replaced.
    public var replaces = false
    /// Whether files that are there are read and compared with what was written.
    public var verifies = false
    /// How the data are read, where it decides what is embedded: rows that were read otherwise aren't added to.
    public var settings: [String] = []

    public static let usualShardPairs = 10_000

    public init(parts: [StoredPart] = StoredPart.allCases, shardPairs: Int = Self.usualShardPairs) {
      (self.parts, self.shardPairs) = (parts, shardPairs)
    }
  }

  /// Embeds what isn't there yet, stretch by stretch, and writes as it goes. The text is a pair's first caption. Called by all
  /// workers, each of which does some of the stretches; the files' bytes are the same for any number of them, and after any
  /// number of calls that died.
  public init(
    _ encoders: Encoders, of source: any PairSource, to directory: String, _ options: Options = Options(),
    over workers: any Communicator = ThreadCommunicator.alone(), observer: any EvaluationObserver = Unobserved()
  ) throws {
    let observer: any EvaluationObserver = workers.rank == 0 ? observer : Unobserved()
    let stretches = source.stretches(ofAtMost: options.shardPairs)
    let lock = workers.rank == 0 ? try Self.lock(directory) : nil
    let build = try Self.begin(encoders, source, stretches, directory, options, workers)
    let skipped = try Self.embed(build, stretches, encoders, source, observer, workers)
    let manifest = try withExtendedLifetime(lock) {
      try Self.finish(build, source, skipped, encoders.bounds.skipLimit, observer, workers)
    }
    (pairs, self.skipped, width, shards) = (manifest.rows, manifest.skipped, manifest.width, manifest.shards.count)
    embedded = build.missing.reduce(0) { $0 + manifest.shards[$1.number].rows }
    guard pairs > 0 else { throw EvaluationError.nothingToEvaluate }
  }

  private static func lock(_ directory: String) throws -> StoreLock {
    try makeDirectories(directory)
    return try StoreLock(directory)
  }

  /// Worker 0 looks at what is there; of the source's digests each worker makes some.
  private static func begin(
    _ encoders: Encoders, _ source: any PairSource, _ stretches: [SourceStretch], _ directory: String,
    _ options: Options, _ workers: any Communicator
  ) throws -> StoreBuild {
    let mine = workerShare(workers.rank, of: workers.size, count: stretches.count, unit: 1)
    let digests = try workers.gathered(
      values: try mine.map { try DataIdentity.digest(of: stretches[$0].range, in: source) })
    let sources = zip(stretches, digests.flatMap { $0 }).map { stretch, digest in
      StoreManifest.Source(name: stretch.name, first: stretch.first, pairs: stretch.range.count, digest: digest)
    }
    var build: StoreBuild?
    if workers.rank == 0 {
      let wanted = StoreManifest(
        model: encoders.fingerprint, reading: encoders.reading(options), width: encoders.width,
        states: options.states ? try encoders.stateWidths(of: options.parts) : nil, precision: options.precision,
        parts: StoredPart.allCases.filter(options.parts.contains), shardPairs: options.shardPairs)
      build = try StoreBuild.begin(
        directory, wanted, sources, replaces: options.replaces, verifies: options.verifies)
    }
    guard let build = try workers.shared(build) else { preconditionFailure("embeddings: worker 0 shared nothing") }
    return build
  }

  /// Embeds my part of what is missing.
  ///
  /// - Returns: what of it wasn't used.
  private static func embed(
    _ build: StoreBuild, _ stretches: [SourceStretch], _ encoders: Encoders, _ source: any PairSource,
    _ observer: any EvaluationObserver, _ workers: any Communicator
  ) throws -> [SkippedSample] {
    let mine = build.missing.indices.filter { $0 % workers.size == workers.rank }.map { build.missing[$0] }
    let ranges = mine.map { evenRanges(stretches[$0.source].range, of: Encoders.batch) }
    let withImages = build.manifest.parts.contains(.images)
    // One thread reads ahead, over the ends of shards: more would take the cores that the products wait for.
    let reader = EvaluationReader(
      source: source, transform: encoders.transform, batches: ranges.flatMap { $0 }, threads: 1,
      withImages: withImages, skipLimit: encoders.bounds.skipLimit)
    let total = mine.reduce(0) { $0 + stretches[$1.source].range.count }
    var (read, skipped) = (0, [SkippedSample]())
    for (missing, ranges) in zip(mine, ranges) {
      let writer = try ShardWriter(build.manifest, in: build.path, number: missing.number)
      var own: [SkippedSample] = []
      for range in ranges {
        guard let batch = try reader.next() else { preconditionFailure("embeddings: no batch of \(range)") }
        try encoders.embed(batch, build.manifest, into: writer)
        own += batch.skipped
        batch.skipped.forEach(observer.skipped)
        read += range.count
        observer.advanced(to: read, of: total)
      }
      try writer.finish(
        build.added[missing.number - build.manifest.shards.count], lost: SkipSummary(own).lost, skipped: own.map(\.line)
      )
      skipped += own
    }
    return skipped
  }

  /// Checks how much was lost, and has worker 0 complete the directory once all workers are done.
  private static func finish(
    _ build: StoreBuild, _ source: any PairSource, _ skipped: [SkippedSample], _ share: Double,
    _ observer: any EvaluationObserver, _ workers: any Communicator
  ) throws -> StoreManifest {
    let all = try workers.gathered(values: skipped)
    for other in all.dropFirst() { other.forEach(observer.skipped) }
    source.skipped.forEach(observer.skipped)
    var manifest = build.manifest
    if workers.rank == 0 {
      let (known, limit) = (SkipSummary(source.skipped), SkipLimit(share: share, of: source))
      let lost = try build.lost() + known.lost
      if Double(lost) > share * Double(limit.pairs) {
        let kinds = SkipSummary(source.skipped + all.flatMap { $0 }).lines
        throw LoadingError.tooManyLost(lost: lost, of: limit.pairs, limit: share, kinds: kinds)
      }
      manifest = try build.finish(known: source.skipped.map { ($0.line, $0.flaw.losesPair) })
    }
    return try workers.shared(manifest)
  }
}

extension Encoders {
  /// Embeds what is wanted of a batch's pairs, and adds the rows to a shard.
  fileprivate func embed(_ batch: EvaluationBatch, _ manifest: StoreManifest, into shard: ShardWriter) throws {
    guard batch.count > 0 else { return }
    let first = batch.captions.map { $0.first ?? "" }
    var rows: [StoredPart: Tensor] = [:]
    let (parts, areStates) = (manifest.parts, manifest.states != nil)
    if parts.contains(.images) { rows[.images] = try areStates ? imageStates(batch.images) : images(batch.images) }
    if parts.contains(.texts) { rows[.texts] = try areStates ? textStates(first) : texts(first) }
    let samples = zip(batch.captions, batch.facts).map { captions, facts in
      // By bytes: to Swift a carriage return and a line feed are one character.
      let isPlain = captions.isEmpty || captions.count == 1 && !captions[0].utf8.contains(10)
      return StoredSample(
        captions: isPlain ? nil : captions, label: facts.label,
        json: facts.json.isEmpty ? nil : String(validating: facts.json, as: UTF8.self),
        picture: facts.picture.map { String($0, radix: 16) })
    }
    try shard.append(rows, keys: batch.keys, captions: first, samples)
  }

  fileprivate func reading(_ options: Embeddings.Options) -> StoreManifest.Reading {
    StoreManifest.Reading(
      background: options.parts.contains(.images) ? background.rawValue : nil,
      tokenizer: options.parts.contains(.texts) ? tokenizerDigest : nil, settings: options.settings)
  }
}

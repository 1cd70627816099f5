/// Pictures with all their captions, in the data's order.
public struct EvaluationBatch: Sendable, Equatable {
  /// RGB bytes, `[count, side, side, 3]`.
  public let images: [UInt8]
  /// Width and height of each picture, in pixels.
  public let side: Int
  /// The pairs' indices in their source, as `keys` and `captions`.
  public let samples: [Int]
  /// The pairs' names in their source.
  public let keys: [String]
  /// All captions of each pair.
  public let captions: [[String]]
  /// What else is said of each pair.
  public let facts: [PairFacts]
  /// Pairs that were left out, or not used in all.
  public let skipped: [SkippedSample]

  /// The number of pairs.
  public var count: Int { samples.count }
}

/// What is known of a pair besides its captions.
public struct PairFacts: Sendable, Equatable {
  public let label: String?
  /// The bytes of its JSON, as `Pair.json`.
  public let json: [UInt8]
  /// `contentHash` of the picture's file; nil where it wasn't read.
  public let picture: UInt64?
}

/// Reads a source once, in its order, leaving out what can't be used.
public final class EvaluationReader {
  private let lookahead: Lookahead<EvaluationBatch>
  private let log: SkipLog

  /// - Parameters:
  ///   - batch: source pairs a batch; fewer come where some were left out.
  public convenience init(
    source: any PairSource, transform: ImageTransform, batch: Int, threads: Int = 0, withImages: Bool = true,
    skipLimit: Double = SkipLimit.usualShare,
    report: @escaping @Sendable (SkippedSample) -> Void = { _ in }
  ) {
    precondition(batch > 0, "evaluation reader: batch \(batch)")
    self.init(
      source: source, transform: transform, batches: evenRanges(0..<source.count, of: batch), threads: threads,
      withImages: withImages, skipLimit: skipLimit, report: report)
  }

  /// - Parameters:
  ///   - batches: the source's pairs of each batch.
  ///   - threads: with 0, `next()` reads by itself.
  ///   - withImages: whether pictures are read; else `images` stays empty.
  ///   - skipLimit: the share of the pairs that may be lost.
  ///   - report: called once for each pair left out, from any thread.
  public init(
    source: any PairSource, transform: ImageTransform, batches: [Range<Int>], threads: Int = 0,
    withImages: Bool = true, skipLimit: Double = SkipLimit.usualShare,
    report: @escaping @Sendable (SkippedSample) -> Void = { _ in }
  ) {
    let log = SkipLog(known: source.skipped, report: report)
    let limit = SkipLimit(share: skipLimit, of: source)
    lookahead = Lookahead(threads: threads, ahead: threads + 1) { number in
      guard number < batches.count else { return nil }
      let batch = try Self.read(batches[number], of: source, withImages ? transform : nil, side: transform.side, log)
      // Over the whole: what comes first may be broken.
      try log.require(limit)
      return batch
    }
    self.log = log
  }

  /// The next batch, which may be empty when none of its pairs could be used; nil after the last.
  public func next() throws -> EvaluationBatch? { try lookahead.next() }

  /// What was left out so far, each pair once.
  public var skipped: [SkippedSample] { log.skipped }

  private static func read(
    _ range: Range<Int>, of source: any PairSource, _ transform: ImageTransform?, side: Int, _ log: SkipLog
  ) throws -> EvaluationBatch {
    var (images, samples, keys, captions) = ([UInt8](), [Int](), [String](), [[String]]())
    var (facts, skips) = ([PairFacts](), [SkippedSample]())
    for index in range {
      do {
        let pair = transform == nil ? try source.pairWithoutImage(at: index) : try source.pair(at: index)
        if let transform { images += try transform(pair.image) }
        samples.append(index)
        keys.append(pair.key)
        captions.append(pair.captions)
        let picture = transform == nil ? nil : contentHash(bytes: pair.image)
        facts.append(PairFacts(label: pair.label, json: pair.json, picture: picture))
        skips += pair.flaws.map { SkippedSample($0, at: source.location(of: index)) }
      } catch {
        guard let skipped = skippable(error, at: source.location(of: index)) else { throw error }
        skips.append(skipped)
      }
    }
    for skipped in skips { log.add(skipped) }
    return EvaluationBatch(
      images: images, side: side, samples: samples, keys: keys, captions: captions, facts: facts, skipped: skips)
  }
}

/// A range cut into ranges of so many, the last one of what is left.
package func evenRanges(_ range: Range<Int>, of count: Int) -> [Range<Int>] {
  stride(from: range.lowerBound, to: range.upperBound, by: count).map { $0..<min($0 + count, range.upperBound) }
}

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

  /// The number of pairs.
  public var count: Int { samples.count }
}

/// Reads a source once, in its order, leaving out what can't be used.
public final class EvaluationReader {
  private let lookahead: Lookahead<EvaluationBatch>
  private let log: SkipLog

  /// - Parameters:
  ///   - batch: source pairs a batch; fewer come where some were left out.
  ///   - threads: with 0, `next()` reads by itself.
  ///   - withImages: whether pictures are read; else `images` stays empty.
  ///   - skipLimit: the share of the pairs that may be lost.
  ///   - report: called once for each pair left out, from any thread.
  public init(
    source: any PairSource, transform: ImageTransform, batch: Int, threads: Int = 0, withImages: Bool = true,
    skipLimit: Double = SkipLimit.usualShare,
    report: @escaping @Sendable (SkippedSample) -> Void = { _ in }
  ) {
    precondition(batch > 0, "evaluation reader: batch \(batch)")
    let log = SkipLog(known: source.skipped, report: report)
    let limit = SkipLimit(share: skipLimit, of: source)
    lookahead = Lookahead(threads: threads, ahead: threads + 1) { number in
      let start = number * batch
      guard start < source.count else { return nil }
      let range = start..<min(source.count, start + batch)
      let batch = try Self.read(range, of: source, withImages ? transform : nil, side: transform.side, log)
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
    for index in range {
      do {
        let pair = transform == nil ? try source.pairWithoutImage(at: index) : try source.pair(at: index)
        if let transform { images += try transform(pair.image) }
        samples.append(index)
        keys.append(pair.key)
        captions.append(pair.captions)
        for flaw in pair.flaws { log.add(SkippedSample(flaw, at: source.location(of: index))) }
      } catch {
        guard let skipped = skippable(error, at: source.location(of: index)) else { throw error }
        log.add(skipped)
      }
    }
    return EvaluationBatch(images: images, side: side, samples: samples, keys: keys, captions: captions)
  }
}

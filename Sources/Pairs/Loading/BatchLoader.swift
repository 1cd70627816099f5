import Randomness

/// Loads chunks of the sample order ahead of their use, on its own threads, and delivers them in order.
///
/// What a position becomes depends on the seed and the position alone, not on threads nor on what was loaded before:
/// the caption among a pair's captions, the augmentation, and the sample that stands in for one that can't be used.
///
/// Memory: `ahead` chunks of 3 · side² + 4 · contextLength bytes a pair, and for each thread one picture: its file, and
/// up to 10 bytes a pixel while it is decoded (3 of the result; 6 that a progressive JPEG, or 4 that a transparent PNG
/// needs besides). `RecordLimits` bounds both.
public final class BatchLoader {
  private let lookahead: Lookahead<Batch>
  private let log: SkipLog

  /// - Parameters:
  ///   - threads: with 0, `next()` loads by itself.
  ///   - ahead: chunks begun or ready before they are asked for; at least one a thread.
  ///   - withLabels: whether batches have the hashes of the pairs' labels.
  ///   - hardNegatives: where a pair has captions that are wrong of it, and how many are taken; nil: none.
  ///   - features: where features are found that take a picture's place, or a text's. Every usable pair has to be there.
  ///   - tokenize: a caption's `contextLength` tokens; called from several threads.
  ///   - report: called once for each pair left out, from any thread.
  ///   - chunks: the positions of the n-th chunk, n = 0, 1, …; nil after the last. Called from several threads.
  public init(
    source: any PairSource, order: SampleOrder, transform: ImageTransform, contextLength: Int, threads: Int = 1,
    ahead: Int = 4, withLabels: Bool = false, hardNegatives: HardNegatives? = nil,
    features: (any FeatureLookup)? = nil, tokenize: @escaping @Sendable (String) -> [Int32],
    report: @escaping @Sendable (SkippedSample) -> Void = { _ in }, chunks: @escaping @Sendable (Int) -> [Int]?
  ) {
    precondition(order.samples == source.count, "loader: an order of \(order.samples) over \(source.count) pairs")
    let log = SkipLog(known: source.skipped, report: report)
    let maker = BatchMaker(
      source: source, order: order, transform: transform, contextLength: contextLength, withLabels: withLabels,
      hardNegatives: hardNegatives, features: features, tokenize: tokenize, log: log)
    lookahead = Lookahead(threads: threads, ahead: ahead) { number in try chunks(number).map(maker.batch) }
    self.log = log
  }

  /// The next chunk's batch, or nil after the last. Throws what went wrong with the data as a whole.
  public func next() throws -> Batch? { try lookahead.next() }

  /// Stops loading: `next()` gives nil from now on. So does the loader's end.
  public func cancel() { lookahead.cancel() }

  /// What was left out so far, each pair once.
  public var skipped: [SkippedSample] { log.skipped }

  /// Positions that another sample took, so far.
  public var replaced: Int { log.replaced }
}

/// Makes one batch from positions.
private struct BatchMaker: Sendable {
  let source: any PairSource
  let order: SampleOrder
  let transform: ImageTransform
  let contextLength: Int
  let withLabels: Bool
  let hardNegatives: HardNegatives?
  let features: (any FeatureLookup)?
  let tokenize: @Sendable (String) -> [Int32]
  let log: SkipLog

  func batch(_ positions: [Int]) throws -> Batch {
    var (images, tokens, samples) = ([UInt8](), [Int32](), [Int]())
    var (pictures, labels) = ([UInt64](), [UInt64]())
    var (skipped, known) = ([SkippedSample](), KnownFeatures())
    var wrong = HardNegativeTokens(each: hardNegatives?.each ?? 0)
    known.areStates = features?.areStates ?? false
    let side = features?.hasImages == true ? 0 : transform.side
    images.reserveCapacity(positions.count * side * side * 3)
    tokens.reserveCapacity(positions.count * contextLength)
    for position in positions {
      let (index, (image, ids, picture, label, wrongCaptions, found)) = try usableSample(at: position, &skipped)
      precondition(ids.count == contextLength, "loader: \(ids.count) tokens for a context of \(contextLength)")
      images += image
      tokens += ids
      samples.append(index)
      pictures.append(picture)
      if withLabels { labels.append(label) }
      if wrong.each > 0 { wrong.add(wrongCaptions, tokenize: tokenize) }
      known.images += found.images
      known.texts += found.texts
    }
    return Batch(
      images: images, tokens: tokens, samples: samples, pictures: pictures, labels: labels,
      epochs: positions.map { order.sample(at: $0).epoch }, seed: order.seed, side: side,
      contextLength: contextLength, hardNegatives: wrong, features: known, skipped: skipped)
  }

  /// Only data that is all but lost fails so often in a row; fewer would stop a long run over half-broken data.
  private static let mostFailures = 64

  /// The position's sample, or else the first usable one of a sequence drawn for this position.
  ///
  /// What is too much is decided for each position by itself, so that it doesn't depend on who loads which.
  private func usableSample(
    at position: Int, _ met: inout [SkippedSample]
  ) throws -> (index: Int, loaded: Loaded) {
    var (epoch, index) = order.sample(at: position)
    var replacements = Philox(seed: order.seed, purpose: .replacement, sample: UInt64(position))
    var failures = 0
    while true {
      do {
        let loaded = try load(index, epoch, &met)
        if failures > 0 { log.countReplaced() }
        return (index, loaded)
      } catch {
        guard let skipped = skippable(error, at: source.location(of: index)) else { throw error }
        note(skipped, &met)
        failures += 1
        guard failures < Self.mostFailures else {
          throw LoadingError.mostlyCorrupt(failed: failures, attempts: failures, last: skipped)
        }
      }
      index = replacements.index(below: source.count)
    }
  }

  private typealias Loaded = (
    image: [UInt8], tokens: [Int32], picture: UInt64, label: UInt64, wrong: [String], known: KnownFeatures
  )

  private func note(_ sample: SkippedSample, _ met: inout [SkippedSample]) {
    log.add(sample)
    met.append(sample)
  }

  private func load(_ index: Int, _ epoch: Int, _ met: inout [SkippedSample]) throws -> Loaded {
    let pair = try source.pair(at: index)
    for flaw in pair.flaws { note(SkippedSample(flaw, at: source.location(of: index)), &met) }
    var choice = Philox.caption(seed: order.seed, epoch: epoch, sample: index)
    let caption = pair.caption(&choice)
    let augmentation = Philox(seed: order.seed, purpose: .augmentation, epoch: epoch, sample: UInt64(index))
    let picture = contentHash(bytes: pair.image)
    var (known, pixels) = (KnownFeatures(), [UInt8]())
    if let features, features.hasImages {
      // One that can't be used has no feature, and is left out as where there are none.
      guard let found = try features.image(key: pair.key, picture: picture) else {
        _ = try transform(pair.image, augmentation)
        throw LoadingError.noFeature(of: "the picture", source.location(of: index))
      }
      known.images = found
    } else {
      pixels = try transform(pair.image, augmentation)
    }
    if let features, features.hasTexts {
      guard let found = try features.text(key: pair.key, caption: caption) else {
        throw LoadingError.noFeature(of: "the caption “\(caption)”", source.location(of: index))
      }
      known.texts = found
    }
    let ids = tokenize(caption)
    // One that reads as the caption itself, once cleaned and cut, would be right and wrong at once.
    let wrong = (hardNegatives?.chosen(from: pair, seed: order.seed, epoch: epoch, sample: index) ?? []).filter {
      tokenize($0) != ids
    }
    return (pixels, ids, picture, contentHash(label: pair.label), wrong, known)
  }
}

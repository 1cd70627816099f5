/// Pairs ready for the encoders: plain arrays, which may go to another thread.
public struct Batch: Sendable, Equatable {
  /// RGB bytes, `[count, side, side, 3]`; none where their features are known.
  public let images: [UInt8]
  /// Ids of tokens, `[count, contextLength]`.
  public let tokens: [Int32]
  /// The pairs' indices in their source.
  public let samples: [Int]
  /// The epoch that each pair belongs to: a batch may span two.
  public let epochs: [Int]
  /// The run's seed, which with epoch and sample names a pair's random numbers.
  public let seed: UInt64
  /// Hashes of the pictures' files: equal ones are the same picture.
  public let pictures: [UInt64]
  /// Hashes of the pairs' labels, where they are asked for; 0 for a pair without one.
  public let labels: [UInt64]
  /// Captions that are wrong of the pictures, where they are asked for.
  public let hardNegatives: HardNegativeTokens
  /// Features that needn't be encoded.
  public let features: KnownFeatures
  /// What was met that could not be used, in the order of the positions.
  public let skipped: [SkippedSample]
  /// Width and height of each picture, in pixels.
  public let side: Int
  /// Tokens a caption.
  public let contextLength: Int

  /// The number of pairs.
  public var count: Int { samples.count }

  /// - Parameters:
  ///   - pictures: one for each sample, or none: then every sample has a picture of its own.
  ///   - labels: one for each sample, or none.
  ///   - epochs: all 0 if nil.
  public init(
    images: [UInt8], tokens: [Int32], samples: [Int], pictures: [UInt64] = [], labels: [UInt64] = [],
    epochs: [Int]? = nil, seed: UInt64 = 0, side: Int, contextLength: Int,
    hardNegatives: HardNegativeTokens = HardNegativeTokens(), features: KnownFeatures = KnownFeatures(),
    skipped: [SkippedSample] = []
  ) {
    let epochs = epochs ?? samples.map { _ in 0 }
    precondition(epochs.count == samples.count, "batch: \(samples.count) samples, \(epochs.count) epochs")
    precondition(
      [0, samples.count].contains(pictures.count) && [0, samples.count].contains(labels.count),
      "batch: \(samples.count) samples, \(pictures.count) hashes of pictures, \(labels.count) of labels")
    precondition(
      images.count == samples.count * side * side * 3 && tokens.count == samples.count * contextLength,
      "batch: \(samples.count) samples, \(images.count) bytes at side \(side), \(tokens.count) tokens of \(contextLength)"
    )
    (self.images, self.tokens, self.samples, self.epochs) = (images, tokens, samples, epochs)
    precondition(
      hardNegatives.each == 0
        || hardNegatives.given.count == samples.count
          && hardNegatives.tokens.count == samples.count * hardNegatives.each * contextLength,
      "batch: \(samples.count) samples, hard negatives of \(hardNegatives.given.count)")
    self.hardNegatives = hardNegatives
    (self.seed, self.side, self.contextLength, self.skipped) = (seed, side, contextLength, skipped)
    (self.labels, self.features) = (labels, features)
    self.pictures = pictures.isEmpty ? samples.map { UInt64($0) } : pictures
  }
}

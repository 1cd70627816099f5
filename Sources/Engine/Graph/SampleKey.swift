import Randomness

/// Names the random numbers of one sample in one epoch.
public struct SampleKey: Sendable, Hashable {
  /// The run's seed.
  public let seed: UInt64
  public let epoch: Int
  public let sample: Int

  public init(seed: UInt64, epoch: Int, sample: Int) {
    (self.seed, self.epoch, self.sample) = (seed, epoch, sample)
  }

  /// The sample's random numbers for one purpose.
  ///
  /// - Parameter block: how many times four words are passed over.
  public func random(_ purpose: Philox.Purpose, block: UInt32 = 0) -> Philox {
    Philox(seed: seed, purpose: purpose, epoch: epoch, sample: UInt64(sample), block: block)
  }
}

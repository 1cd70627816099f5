import Engine
import Randomness

/// How an encoder runs: batch statistics and patch dropout belong to training only.
public enum EncodingMode: Sendable {
  case evaluation
  /// Keys of the chunk's samples, one each: what random choices are drawn by. The same keys give the same choices, so
  /// that a chunk can be encoded again.
  case training(samples: [SampleKey])
}

/// Names the random numbers of one sample in one epoch.
public struct SampleKey: Sendable, Hashable {
  /// The run's.
  public let seed: UInt64
  public let epoch: Int
  public let sample: Int

  public init(seed: UInt64, epoch: Int, sample: Int) {
    (self.seed, self.epoch, self.sample) = (seed, epoch, sample)
  }

  func random(_ purpose: Philox.Purpose) -> Philox {
    Philox(seed: seed, purpose: purpose, epoch: epoch, sample: UInt64(sample))
  }
}

protocol ImageEncoder {
  /// - Parameter pixels: bytes `[count, side, side, 3]`
  /// - Returns: `[count, embeddingWidth]`, of any length.
  func callAsFunction(_ pixels: [UInt8], _ preprocessing: Preprocessing, mode: EncodingMode) -> Tensor
}

protocol TextEncoder {
  /// - Parameter tokens: `[count · contextLength]`
  /// - Returns: `[count, embeddingWidth]`, of any length.
  func callAsFunction(_ tokens: [Int32], mode: EncodingMode) -> Tensor
}

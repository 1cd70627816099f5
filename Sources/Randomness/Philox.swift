/// Random numbers as a function of a key and a counter: the same numbers for the same sample on any worker, in any
/// order.
///
/// Philox 4×32 with 10 rounds. A stream is named by (seed, purpose, epoch, sample) and yields four words per counter
/// step.
///
/// - Source: Salmon, Moraes, Dror, Shaw, “Parallel random numbers: as easy as 1, 2, 3”, SC 2011.
public struct Philox: RandomNumberGenerator, Sendable {
  /// What a stream is drawn for. Streams of different purposes never share numbers.
  public enum Purpose: UInt32, Sendable {
    case order = 1
    case replacement, caption, augmentation, patchDropout, dropout, initialization, negatives, data, hardNegatives,
      pairing
  }

  private let key: (UInt32, UInt32)
  private var counter: (UInt32, UInt32, UInt32, UInt32)
  private var words: (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
  private var unused = 0

  /// The stream of one sample.
  ///
  /// - Parameters:
  ///   - seed: the run's seed.
  ///   - epoch: up to 2²⁴ − 1.
  ///   - sample: any 64-bit name of what the numbers are for, say the sample's index or a hash.
  ///   - block: how many times four words of the stream are passed over.
  public init(seed: UInt64, purpose: Purpose, epoch: Int = 0, sample: UInt64 = 0, block: UInt32 = 0) {
    precondition(epoch >= 0 && epoch < 1 << 24, "philox: epoch \(epoch) is outside 0..<2^24")
    key = (UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    counter = (
      block, purpose.rawValue << 24 | UInt32(epoch), UInt32(truncatingIfNeeded: sample),
      UInt32(truncatingIfNeeded: sample >> 32)
    )
  }

  /// Four words of the counter's block: ten rounds of two multiplications each.
  public static func block(
    key: (UInt32, UInt32), counter: (UInt32, UInt32, UInt32, UInt32)
  ) -> (UInt32, UInt32, UInt32, UInt32) {
    var (k, c) = (key, counter)
    for _ in 0..<10 {
      let a = UInt64(c.0) * 0xD251_1F53
      let b = UInt64(c.2) * 0xCD9E_8D57
      c = (
        UInt32(truncatingIfNeeded: b >> 32) ^ c.1 ^ k.0, UInt32(truncatingIfNeeded: b),
        UInt32(truncatingIfNeeded: a >> 32) ^ c.3 ^ k.1, UInt32(truncatingIfNeeded: a)
      )
      k = (k.0 &+ 0x9E37_79B9, k.1 &+ 0xBB67_AE85)
    }
    return c
  }

  /// The stream's next 32 bits.
  public mutating func word() -> UInt32 {
    if unused == 0 {
      words = Self.block(key: key, counter: counter)
      counter.0 &+= 1
      unused = 4
    }
    defer { unused -= 1 }
    switch unused {
    case 4: return words.0
    case 3: return words.1
    case 2: return words.2
    default: return words.3
    }
  }

  /// The stream's next 64 bits.
  public mutating func next() -> UInt64 {
    let low = UInt64(word())
    return low | UInt64(word()) << 32
  }

  /// Uniform in [0, 1), with 24 bits.
  public mutating func uniform() -> Float { Float(word() >> 8) * 0x1p-24 }

  /// Uniform in `range`.
  public mutating func uniform(in range: ClosedRange<Float>) -> Float {
    range.lowerBound + (range.upperBound - range.lowerBound) * uniform()
  }

  /// Uniform among `0..<count`: a multiplication in place of a remainder, biased by less than count / 2³².
  public mutating func index(below count: Int) -> Int {
    precondition(count > 0 && count < 1 << 32, "philox: no index below \(count)")
    // Swift binds >> tighter than *.
    return Int((UInt64(word()) * UInt64(count)) >> 32)
  }

  /// True with the given probability. Always takes one number, so that later draws don't depend on it.
  public mutating func happens(_ probability: Float) -> Bool { uniform() < probability }
}

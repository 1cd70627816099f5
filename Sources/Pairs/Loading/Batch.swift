/// Pairs ready for the encoders: plain arrays, which may go to another thread.
public struct Batch: Sendable, Equatable {
  /// `[count, side, side, 3]`
  public let images: [UInt8]
  /// `[count, contextLength]`
  public let tokens: [Int32]
  /// The pairs' indices in their source.
  public let samples: [Int]
  public let side: Int
  public let contextLength: Int

  public var count: Int { samples.count }

  public init(images: [UInt8], tokens: [Int32], samples: [Int], side: Int, contextLength: Int) {
    precondition(
      images.count == samples.count * side * side * 3 && tokens.count == samples.count * contextLength,
      "batch: \(samples.count) samples, \(images.count) bytes at side \(side), \(tokens.count) tokens of \(contextLength)"
    )
    (self.images, self.tokens, self.samples, self.side, self.contextLength) = (
      images, tokens, samples, side, contextLength
    )
  }
}

/// Why loading can't go on.
public enum LoadingError: Error, Hashable, CustomStringConvertible {
  case mostlyCorrupt(failed: Int, attempts: Int, last: SkippedSample)

  public var description: String {
    switch self {
    case .mostlyCorrupt(let failed, let attempts, let last):
      "\(failed) of \(attempts) pairs can't be used, so something general must be wrong; the last: \(last)"
    }
  }
}

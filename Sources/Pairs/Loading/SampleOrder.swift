import Randomness
import Synchronization

/// The endless sequence of samples: every epoch a new permutation of them all, a function of seed and epoch alone.
///
/// Position p is sample `permutation(seed, epoch)[p mod n]` of epoch ⌊p / n⌋. Keeps the permutations of the epochs in
/// use, 4 bytes a sample each; may be asked from several threads.
public struct SampleOrder: Sendable {
  public let seed: UInt64
  /// The number of samples, which is the length of an epoch.
  public let count: Int
  private let permutations: Permutations

  /// - Parameters:
  ///   - seed: the run's.
  ///   - count: how many samples there are.
  public init(seed: UInt64, count: Int) {
    precondition(count > 0 && count < 1 << 32, "sample order: \(count) samples")
    (self.seed, self.count) = (seed, count)
    permutations = Permutations(seed: seed, count: count)
  }

  /// The sample at a position, counted from the begin of the first epoch.
  public func sample(at position: Int) -> (epoch: Int, index: Int) {
    precondition(position >= 0, "sample order: position \(position)")
    let (epoch, place) = position.quotientAndRemainder(dividingBy: count)
    return (epoch, Int(permutations.of(epoch)[place]))
  }
}

/// The permutations of the epochs last used.
private final class Permutations: Sendable {
  private let seed: UInt64
  private let count: Int
  /// Two: chunks loaded ahead may lie in the next epoch.
  private let recent = Mutex<[(epoch: Int, order: [UInt32])]>([])

  init(seed: UInt64, count: Int) {
    (self.seed, self.count) = (seed, count)
  }

  func of(_ epoch: Int) -> [UInt32] {
    recent.withLock { recent in
      if let known = recent.first(where: { $0.epoch == epoch }) { return known.order }
      var random = Philox(seed: seed, purpose: .order, epoch: epoch)
      let order = shuffled(Array(0..<UInt32(count)), &random)
      recent = recent.suffix(1) + [(epoch, order)]
      return order
    }
  }
}

import Randomness
import Synchronization

/// The endless sequence of samples: every epoch a new permutation of them all, a function of seed and epoch alone.
///
/// Position p is slot `permutation(seed, epoch)[p mod n]` of epoch ⌊p / n⌋, and `Mixture` says which sample a slot is: of
/// data without weights, the slot's own. Keeps the permutations of the epochs in use, 4 bytes a sample each; may be
/// asked from several threads.
public struct SampleOrder: Sendable {
  public let seed: UInt64
  /// The length of an epoch.
  public var count: Int { mixture.slots }
  /// How many samples there are.
  public var samples: Int { mixture.samples }
  private let mixture: Mixture
  private let permutations: Permutations

  /// - Parameters:
  ///   - seed: the run's.
  ///   - count: how many samples there are.
  public init(seed: UInt64, count: Int) { self.init(seed: seed, Mixture([.init(count: count)])) }

  /// - Parameter seed: the run's.
  public init(seed: UInt64, _ mixture: Mixture) {
    precondition(mixture.slots > 0 && mixture.slots < 1 << 32, "sample order: \(mixture.slots) samples an epoch")
    (self.seed, self.mixture) = (seed, mixture)
    permutations = Permutations(seed: seed)
  }

  /// The sample at a position, counted from the begin of the first epoch.
  ///
  /// - Returns: its index, and how often it has been drawn before: with the index that names its random numbers. Without
  ///   weights that is the position's epoch.
  public func sample(at position: Int) -> (epoch: Int, index: Int) {
    precondition(position >= 0, "sample order: position \(position)")
    let (epoch, place) = position.quotientAndRemainder(dividingBy: count)
    // Two, since chunks loaded ahead may lie in the next epoch.
    let slot = permutations.value(at: place, of: .init(part: 0, epoch: epoch), count: count, keeping: 2)
    let draw = mixture.draw(slot: slot, epoch: epoch)
    guard draw.isShuffled else { return (draw.cycle, draw.first + draw.place) }
    let shuffled = permutations.value(
      at: draw.place, of: .init(part: draw.part + 1, epoch: draw.cycle), count: draw.count,
      keeping: draw.cycles)
    return (draw.cycle, draw.first + shuffled)
  }
}

/// The permutations last used.
private final class Permutations: Sendable {
  struct Name: Equatable {
    /// 0: of the slots of an epoch; else of a mixture's part.
    let part: Int
    let epoch: Int
  }

  private let seed: UInt64
  private let recent = Mutex<[(name: Name, order: [UInt32])]>([])

  init(seed: UInt64) { self.seed = seed }

  /// - Parameter kept: how many of this part are kept, at least.
  func value(at place: Int, of name: Name, count: Int, keeping kept: Int) -> Int {
    recent.withLock { recent in
      if let known = recent.first(where: { $0.name == name }) { return Int(known.order[place]) }
      var random = Philox(seed: seed, purpose: .order, epoch: name.epoch, sample: UInt64(name.part))
      let order = shuffled(Array(0..<UInt32(count)), &random)
      let own = recent.filter { $0.name.part == name.part }.suffix(kept - 1)
      recent = recent.filter { $0.name.part != name.part } + own + [(name, order)]
      return Int(order[place])
    }
  }
}

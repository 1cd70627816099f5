import Randomness
import Synchronization

/// Every epoch a permutation of all its slots.
///
/// Position p is slot `permutation(seed, epoch)[p mod n]` of epoch ⌊p / n⌋, and `Mixture` says which sample a slot is: of
/// data without weights, the slot's own. Keeps the permutations of the epochs in use, 4 bytes a sample each.
struct FullOrder: DrawOrder {
  private let mixture: Mixture
  private let permutations: Permutations

  init(seed: UInt64, _ mixture: Mixture) {
    (self.mixture, permutations) = (mixture, Permutations(seed: seed))
  }

  var span: Int { mixture.slots }

  func sample(at position: Int) -> (epoch: Int, index: Int) {
    let (epoch, place) = position.quotientAndRemainder(dividingBy: mixture.slots)
    // Two, since chunks loaded ahead may lie in the next epoch.
    let slot = permutations.value(at: place, of: .init(part: 0, epoch: epoch), count: mixture.slots, keeping: 2)
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

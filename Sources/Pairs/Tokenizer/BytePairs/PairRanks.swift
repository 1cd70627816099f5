/// The rank of each pair of symbols that merges: an open hash table of eight bytes a slot, 1 MB for OpenAI's vocabulary.
struct PairRanks: Sendable {
  private struct Slot {
    var pair: UInt32 = 0
    /// `.max` in a free slot, which is what a pair that isn't here has.
    var rank = Int32.max
  }

  private var slots: [Slot]
  private let shift: UInt32

  /// - Parameter capacity: pairs that may be set. Half of the slots stay free.
  init(capacity: Int) {
    var bits: UInt32 = 1
    while 1 << bits < 2 * capacity { bits += 1 }
    shift = 32 - bits
    slots = [Slot](repeating: Slot(), count: 1 << bits)
  }

  mutating func set(_ left: Int32, _ right: Int32, _ rank: Int32) {
    let pair = Self.pair(left, right)
    slots[find(pair)] = Slot(pair: pair, rank: rank)
  }

  /// `.max` for a pair that doesn't merge.
  func rank(_ left: Int32, _ right: Int32) -> Int32 { slots[find(Self.pair(left, right))].rank }

  /// Ids are below 49,408, see `Merges.limit`.
  private static func pair(_ left: Int32, _ right: Int32) -> UInt32 {
    UInt32(truncatingIfNeeded: left) << 16 | UInt32(truncatingIfNeeded: right)
  }

  private func find(_ pair: UInt32) -> Int {
    var at = Int((pair &* 0x9E37_79B1) >> shift)
    while slots[at].rank != .max, slots[at].pair != pair { at = (at + 1) & (slots.count - 1) }
    return at
  }
}

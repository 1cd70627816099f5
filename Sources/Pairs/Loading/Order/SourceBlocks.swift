import Randomness

/// Which source each place of an epoch draws from, so that every block of some 1,024 places holds the sources by their
/// slots, but for one, and in any order.
///
///     block b of K draws from source i its draws  ⌊(b mᵢ + φᵢ) / K⌋ ..< ⌊((b + 1) mᵢ + φᵢ) / K⌋,   0 ≤ φᵢ < K
///
/// The phases φ are drawn for each epoch: else the one draw of a small source would always come last.
struct SourceBlocks: Sendable {
  private struct Draw: Sendable {
    let source: Int
    let number: Int
  }

  private struct Name: Hashable {
    let epoch: Int
    let block: Int
  }

  private let seed: UInt64
  private let slots: [Int]
  private let count: Int
  private let phases = Recent<Int, [Int]>(keeping: 2)
  private let blocks = Recent<Name, [Draw]>(keeping: 4)

  /// - Parameter slots: of an epoch, of each source.
  init(seed: UInt64, slots: [Int]) {
    (self.seed, self.slots) = (seed, slots)
    count = max(1, slots.reduce(0, +) / 1024)
  }

  /// - Returns: a source, and which of its draws in this epoch.
  func draw(at place: Int, epoch: Int) -> (source: Int, number: Int) {
    guard slots.count > 1 else { return (0, place) }
    let phases = phases.value(epoch) { self.phases(epoch) }
    let block = self.block(of: place, phases)
    let draws = blocks.value(Name(epoch: epoch, block: block)) { self.draws(block, epoch, phases) }
    let draw = draws[place - start(of: block, phases)]
    return (draw.source, draw.number)
  }

  private func phases(_ epoch: Int) -> [Int] {
    var random = stream(epoch, 0)
    return slots.map { _ in random.index(below: count) }
  }

  private func begin(_ source: Int, _ block: Int, _ phases: [Int]) -> Int {
    (block * slots[source] + phases[source]) / count
  }

  /// The first place of a block.
  private func start(of block: Int, _ phases: [Int]) -> Int {
    slots.indices.reduce(0) { $0 + begin($1, block, phases) }
  }

  private func block(of place: Int, _ phases: [Int]) -> Int {
    // Off by as many places as there are sources, at most.
    var block = min(count - 1, place * count / slots.reduce(0, +))
    while start(of: block, phases) > place { block -= 1 }
    while start(of: block + 1, phases) <= place { block += 1 }
    return block
  }

  private func draws(_ block: Int, _ epoch: Int, _ phases: [Int]) -> [Draw] {
    let inOrder = slots.indices.flatMap { source in
      (begin(source, block, phases)..<begin(source, block + 1, phases)).map { Draw(source: source, number: $0) }
    }
    var random = stream(epoch, block + 1)
    return shuffled(inOrder, &random)
  }

  private func stream(_ epoch: Int, _ number: Int) -> Philox {
    // Beside the sources' streams, whose names begin with their numbers from 1.
    Philox(seed: seed, purpose: .order, epoch: epoch, sample: 1 << 63 | UInt64(number))
  }
}

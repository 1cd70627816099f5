import Randomness

/// Each source's shards in a new order each time, and the samples of some shards in that order in any order; the sources
/// side by side, in every short stretch by their weights.
///
///     cycle       one pass over a source
///     window      at most W shards, next to each other in the cycle's order; windows are as equal as shards allow
///     draw        number e · mᵢ + j of source i in epoch e, of mᵢ = weight × size: a place of a cycle, as in `Mixture`
///
/// So a source's samples come equally often but for one, with any weight, and at most W shards of it are being read
/// (2 W where one window ends and the next begins). Memory: 8 bytes a sample of four windows and 8 a shard, for each
/// source.
struct WindowedOrder: DrawOrder {
  private let mixture: Mixture
  private let windows: [ShardWindows]
  private let blocks: SourceBlocks

  init(seed: UInt64, _ mixture: Mixture, shards: [Range<Int>], window: Int) {
    self.mixture = mixture
    blocks = SourceBlocks(seed: seed, slots: mixture.parts.map(\.slots))
    var first = 0
    windows = mixture.parts.enumerated().map { number, part in
      let end = first + part.count
      defer { first = end }
      let own = shards.filter { first <= $0.lowerBound && $0.upperBound <= end && !$0.isEmpty }
      precondition(
        own.reduce(0) { $0 + $1.count } == part.count, "windowed order: shards \(own) of samples \(first)..<\(end)")
      return ShardWindows(seed: seed, source: number, shards: own, window: window)
    }
  }

  /// What a window is on average, of the source whose windows pass soonest.
  var span: Int {
    let spans = zip(windows, mixture.parts).map { windows, part in
      Double(part.count) / Double(windows.count) * Double(mixture.slots) / Double(part.slots)
    }
    return Int(min(spans.min() ?? 1, Double(mixture.slots)))
  }

  func sample(at position: Int) -> (epoch: Int, index: Int) {
    let (epoch, place) = position.quotientAndRemainder(dividingBy: mixture.slots)
    let (number, draw) = blocks.draw(at: place, epoch: epoch)
    let part = mixture.parts[number]
    let (cycle, at) = (epoch * part.slots + draw).quotientAndRemainder(dividingBy: part.count)
    return (cycle, windows[number].sample(at: at, cycle: cycle))
  }
}

/// The order of one source's samples: its shards permuted each cycle, its samples within the window.
struct ShardWindows: Sendable {
  /// The order of a cycle's shards, and where its windows begin.
  private struct Cycle: Sendable {
    let shards: [UInt32]
    /// The first place of each window, and the end.
    let starts: [Int]
  }

  private struct Name: Hashable {
    let cycle: Int
    let window: Int
  }

  private let seed: UInt64
  private let source: Int
  private let shards: [Range<Int>]
  /// Windows a cycle.
  let count: Int
  // Two cycles, since what is loaded ahead may lie in the next; windows for as long as the sources' blocks mix them.
  private let cycles = Recent<Int, Cycle>(keeping: 2)
  private let windows = Recent<Name, [Int]>(keeping: 4)

  init(seed: UInt64, source: Int, shards: [Range<Int>], window: Int) {
    precondition(window > 0 && !shards.isEmpty, "shard windows: \(shards.count) shards, \(window) a window")
    (self.seed, self.source, self.shards) = (seed, source, shards)
    count = (shards.count + window - 1) / window
  }

  func sample(at place: Int, cycle number: Int) -> Int {
    let cycle = cycles.value(number) { self.cycle(number) }
    let window = cycle.starts.partitioningIndex { $0 > place } - 1
    return windows.value(Name(cycle: number, window: window)) { samples(cycle, number, window) }[
      place - cycle.starts[window]]
  }

  private func cycle(_ number: Int) -> Cycle {
    var random = stream(cycle: number, window: 0)
    let order = shuffled(Array(0..<UInt32(shards.count)), &random)
    var starts = [0]
    for window in 0..<count {
      starts.append(starts[window] + places(window).reduce(0) { $0 + shards[Int(order[$1])].count })
    }
    return Cycle(shards: order, starts: starts)
  }

  /// Which of a cycle's shards a window consists of.
  private func places(_ window: Int) -> Range<Int> {
    window * shards.count / count..<(window + 1) * shards.count / count
  }

  private func samples(_ cycle: Cycle, _ number: Int, _ window: Int) -> [Int] {
    var random = stream(cycle: number, window: window + 1)
    return shuffled(cycle.shards[places(window)].flatMap { shards[Int($0)] }, &random)
  }

  private func stream(cycle: Int, window: Int) -> Philox {
    Philox(seed: seed, purpose: .order, epoch: cycle, sample: UInt64(source + 1) << 32 | UInt64(window))
  }
}

extension Array {
  /// The first index whose element and all behind it satisfy a claim, in an array where such come last.
  func partitioningIndex(where holds: (Element) -> Bool) -> Int {
    var (low, high) = (startIndex, endIndex)
    while low < high {
      let middle = (low + high) / 2
      if holds(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}

import Randomness

/// A mean over seeds and items, with the interval in which it lies in 95 % of resamplings.
///
/// Seeds are drawn anew and items are drawn anew, the same items for all drawn seeds, since all were measured on the same ones. So
/// what chance made of the runs and what it made of the test both count.
///
/// - Source: Owen, “The pigeonhole bootstrap”, Annals of Applied Statistics, 2007.
struct ItemBootstrap {
  /// Fewer seeds resample into too few different sets.
  static let fewestSeeds = 5
  private static let draws = 2000

  /// `[seeds][items]`
  private let values: [[Float]]

  /// Nil where there are too few seeds, or they weren't measured on as many items.
  init?(_ values: [[Float]]) {
    guard values.count >= Self.fewestSeeds, let first = values.first, !first.isEmpty,
      values.allSatisfy({ $0.count == first.count })
    else { return nil }
    self.values = values
  }

  /// The same numbers on every call.
  func interval() -> SeedInterval {
    let (seeds, items) = (values.count, values[0].count)
    var means = (0..<Self.draws).map { draw in
      var random = Philox(seed: 0, purpose: .replacement, sample: UInt64(draw))
      let chosen = Self.counts(of: seeds, &random)
      let weights = Self.counts(of: items, &random)
      let sums = zip(values, chosen).map { row, times in
        times == 0 ? 0 : times * zip(row, weights).reduce(into: Float(0)) { $0 += $1.0 * $1.1 }
      }
      return sums.reduce(0) { $0 + Double($1) } / Double(seeds * items)
    }
    means.sort()
    let all = values.reduce(0) { $0 + Double($1.reduce(0, +)) } / Double(seeds * items)
    return SeedInterval(mean: all, range: means[Self.draws / 40]...means[Self.draws - 1 - Self.draws / 40])
  }

  /// How often each of `count` comes among as many draws.
  private static func counts(of count: Int, _ random: inout Philox) -> [Float] {
    var counts = [Float](repeating: 0, count: count)
    for _ in 0..<count { counts[Int((UInt64(random.word()) * UInt64(count)) >> 32)] += 1 }
    return counts
  }
}

extension SweepResults {
  /// A metric's mean over seeds: from five seeds on, and where all were measured item by item, by `ItemBootstrap`, else Student's.
  ///
  /// Nil where no finished cell has it.
  public func interval(_ metric: String, _ levels: [String]) -> SeedInterval? {
    intervals.interval([metric] + levels) {
      let known = values(metric, levels)
      guard !known.isEmpty else { return nil }
      let items = items(metric, levels)
      let bootstrap = items.count == known.count ? ItemBootstrap(items.map(\.value)) : nil
      return bootstrap?.interval() ?? SeedInterval(known.map(\.value))
    }
  }

  /// How a metric differs from the first combination's, seed by seed and item by item; nil where no seed has both.
  public func difference(_ metric: String, _ levels: [String]) -> SeedInterval? {
    guard let first = combinations.first, first != levels else { return nil }
    func both<Value>(_ base: [(seed: UInt64, value: Value)], _ own: [(seed: UInt64, value: Value)]) -> [(Value, Value)]
    {
      let base = Dictionary(uniqueKeysWithValues: base.map { ($0.seed, $0.value) })
      return own.compactMap { own in base[own.seed].map { ($0, own.value) } }
    }
    let seeds = both(values(metric, first), values(metric, levels)).map { $1 - $0 }
    guard !seeds.isEmpty else { return nil }
    let items = both(items(metric, first), items(metric, levels)).filter { $0.count == $1.count }
    let bootstrap = items.count == seeds.count ? ItemBootstrap(items.map { zip($1, $0).map(-) }) : nil
    return bootstrap?.interval() ?? SeedInterval(seeds)
  }

  /// What each item counted for in the finished cells of one combination, by seed.
  private func items(_ metric: String, _ levels: [String]) -> [(seed: UInt64, value: [Float])] {
    rows.filter { $0.cell.levels == levels && $0.isFinished }.compactMap { row in
      row.items[metric].map { (row.cell.seed, $0.map { $0 ? 1 : 0 }) }
    }
  }
}

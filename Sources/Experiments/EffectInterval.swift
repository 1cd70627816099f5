import Settings
import Sweeps

/// A contrast with its 95 % interval: what chance made of the runs, and of the test items, both count.
///
///     half² = (t · s / √seeds)² + (1.96 · s_items / √items)²
///
/// The first is Student's over seeds, each compared with itself. The second is over items, of each item's effect in the mean over
/// seeds; it is 0 of what isn't a share. Together they are at least as wide as either, since seeds were measured on the same items.
public struct EffectInterval: Sendable, Equatable {
  public let mean: Double
  /// Nil of fewer than two seeds, which tell nothing of chance.
  public let half: Double?
  public let seeds: Int
  /// Whether chance among test items counts too; not where cells have no items.
  public let hasItems: Bool

  /// - Parameters:
  ///   - perSeed: the effect in each seed, at least one.
  ///   - items: of each test each item's effect, in the mean over seeds; empty where it isn't known.
  init(perSeed: [Double], items: [[Double]]) {
    let overSeeds = SeedInterval(perSeed)
    (mean, seeds, hasItems) = (overSeeds.mean, perSeed.count, !items.isEmpty)
    half = overSeeds.half.map { items.reduce($0 * $0) { $0 + Self.square(of: $1) }.squareRoot() }
  }

  var low: Double? { half.map { mean - $0 } }
  var high: Double? { half.map { mean + $0 } }

  /// From and to.
  public var bounds: [Double]? { half.map { [mean - $0, mean + $0] } }

  /// (1.96 · s / √n)²
  private static func square(of items: [Double]) -> Double {
    guard items.count > 1 else { return 0 }
    let (count, mean) = (Double(items.count), items.reduce(0, +) / Double(items.count))
    let variance = items.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    return 1.96 * 1.96 * variance / count
  }

  /// What can be said of it.
  ///
  /// - Parameter margin: up to what it is none.
  func outcome(margin: Double) -> ExperimentCheck.Outcome {
    guard let low, let high else { return .open }
    if low >= -margin && high <= margin { return .same }
    return low > 0 ? .up : high < 0 ? .down : .open
  }
}

extension EffectInterval {
  /// That of a contrast over what a part's cells came to; nil where no seed has all that it compares.
  init?(_ contrast: Contrast, in rows: [ExperimentRow]) {
    let terms = contrast.terms.filter { $0.weight != 0 }
    let found = terms.map { term in
      Dictionary(rows.filter { $0.levels == term.levels && $0.numbers[term.metric] != nil }.map { ($0.seed, $0) }) {
        $1
      }
    }
    guard let first = found.first else { return nil }
    let seeds = first.keys.filter { seed in found.allSatisfy { $0[seed] != nil } }.sorted()
    guard !seeds.isEmpty else { return nil }
    let perSeed = seeds.map { seed in
      contrast.value(zip(terms, found).map { ($0, $1[seed]?.numbers[$0.metric] ?? 0) })
    }
    self.init(perSeed: perSeed, items: Self.items(contrast, Array(zip(terms, found)), seeds))
  }

  private static func items(
    _ contrast: Contrast, _ terms: [(Contrast.Term, [UInt64: ExperimentRow])], _ seeds: [UInt64]
  ) -> [[Double]] {
    if contrast.isMatched { return [] }
    let tests = contrast.isOfManyTests ? Dictionary(grouping: terms) { $0.0.metric }.map(\.value) : [terms]
    let items = tests.map { Self.items($0.map(\.0), $0.map(\.1), seeds) }
    return items.contains { $0.isEmpty } ? [] : items
  }

  /// `Σ weight · mean over seeds` of each item; empty unless all were measured on as many.
  private static func items(
    _ terms: [Contrast.Term], _ found: [[UInt64: ExperimentRow]], _ seeds: [UInt64]
  ) -> [Double] {
    var sum: [Double] = []
    for (term, rows) in zip(terms, found) {
      for seed in seeds {
        let digits = Array((rows[seed]?.items[term.metric] ?? "").utf8)
        if sum.isEmpty { sum = [Double](repeating: 0, count: digits.count) }
        guard digits.count == sum.count, !digits.isEmpty else { return [] }
        for (item, digit) in digits.enumerated() where digit == UInt8(ascii: "1") {
          sum[item] += term.weight / Double(seeds.count)
        }
      }
    }
    return sum
  }
}

import Foundation
import Settings
import Sweeps

/// A weighted sum of what combinations of levels came to, plus a number: every effect is one.
///
///     a difference   y(of) − y(from)
///     a slope        Σ (x − x̄) y / Σ (x − x̄)²      x: log2 of the level
///     above          y(level) − number
///     beside         y(level) − another metric of the same cell
///     matched        y(level) − what another level has at the same x: no sum, see `MatchedCurve`
///     a fall         a slope against the distances of several metrics of the same cell
struct Contrast {
  let terms: [Term]
  var offset = 0.0
  /// What it is of, where it is one of several.
  var at: String?
  /// Whether its metrics are of different test items, and not of the same in the same order.
  var isOfManyTests = false
  /// Whether what terms come to is compared by `MatchedCurve` and not summed.
  var isMatched = false

  /// - Parameter numbers: what terms that count came to, in their order.
  func value(_ numbers: [(term: Term, number: Double)]) -> Double {
    isMatched ? MatchedCurve.excess(numbers.map(\.number)) : numbers.reduce(offset) { $0 + $1.term.weight * $1.number }
  }

  struct Term {
    let levels: [String]
    let weight: Double
    let metric: String
  }
}

extension Contrast {
  /// Those of a check: several for a floor, whose levels each have their own.
  ///
  /// - Throws: `ExperimentError` where the sweep doesn't vary what the check compares.
  static func all(_ check: ExperimentCheck, of part: String, _ file: SweepFile) throws -> [Contrast] {
    let sweep = CheckedSweep(part: part, file: file, fixed: check.fixed)
    func term(_ factor: String, _ level: String, _ weight: Double, _ metric: String? = nil) throws -> Term {
      Term(levels: try sweep.combination(factor, level), weight: weight, metric: metric ?? check.metric)
    }
    switch check.effect {
    case .slope(let along):
      let levels = try sweep.levels(of: along).filter { Double($0) != nil }
      return [
        Contrast(
          terms: try zip(levels, slopeWeights(levels.map { log2(Double($0) ?? 1) })).map { try term(along, $0, $1) })
      ]
    case .difference(let factor, let of, let from):
      return [Contrast(terms: [try term(factor, of, 1), try term(factor, from, -1)])]
    case .above(let factor, let level, let number):
      return [Contrast(terms: [try term(factor, level, 1)], offset: -number)]
    case .beside(let factor, let level, let metric):
      return [Contrast(terms: [try term(factor, level, 1), try term(factor, level, -1, metric)])]
    case .fall(let factor, let of, let from, let rungs):
      let weights = slopeWeights(rungs.map(\.distance)).map { $0 / 10 }
      func terms(_ level: String, _ sign: Double) throws -> [Term] {
        try zip(rungs, weights).map { try term(factor, level, sign * $1, $0.metric) }
      }
      return [Contrast(terms: try terms(of, 1) + (try from.map { try terms($0, -1) } ?? []), isOfManyTests: true)]
    case .matched(let factor, let of, let from, let along, let on):
      let lengths = try sweep.levels(of: along)
      let terms = try [of, from].flatMap { arm in
        try [on, check.metric].flatMap { metric in
          try lengths.map { length in
            let fixed = check.fixed.merging([along: length]) { $1 }
            let levels = try CheckedSweep(part: part, file: file, fixed: fixed).combination(factor, arm)
            return Term(levels: levels, weight: 1, metric: metric)
          }
        }
      }
      return [Contrast(terms: terms, isMatched: true)]
    case .floor(let along, let pairs):
      return try sweep.levels(of: along).compactMap { level in
        guard let classes = Double(level) else { return nil }
        return Contrast(terms: [try term(along, level, 1)], offset: -log(pairs / classes), at: "\(along) \(level)")
      }
    }
  }

  /// What makes a weighted sum of the least squares' slope against `x`.
  private static func slopeWeights(_ x: [Double]) -> [Double] {
    let mean = x.reduce(0, +) / Double(max(1, x.count))
    let square = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return x.map { square > 0 ? ($0 - mean) / square : 0 }
  }
}

/// A sweep in which a check names one combination at a time.
private struct CheckedSweep {
  let part: String
  let file: SweepFile
  let fixed: [String: String]

  func levels(of factor: String) throws -> [String] {
    guard let found = file.factors.first(where: { $0.name == factor }) else {
      throw ExperimentError.noFactor(part: part, factor: factor)
    }
    return found.levels.map(\.name)
  }

  /// Where the check doesn't say, a factor's first level.
  func combination(_ factor: String, _ level: String) throws -> [String] {
    if let unknown = fixed.keys.first(where: { name in !file.factors.contains { $0.name == name } }) {
      throw ExperimentError.noFactor(part: part, factor: unknown)
    }
    guard try levels(of: factor).contains(level) else {
      throw ExperimentError.noLevel(part: part, factor: factor, level: level)
    }
    return try file.factors.map { known in
      let wanted = known.name == factor ? level : fixed[known.name] ?? known.levels[0].name
      guard known.levels.contains(where: { $0.name == wanted }) else {
        throw ExperimentError.noLevel(part: part, factor: known.name, level: wanted)
      }
      return wanted
    }
  }
}

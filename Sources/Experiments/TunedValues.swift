import Evaluation
import Foundation
import Settings
import Sweeps

/// The best level of one factor at each level of another, by a validation split; between levels that are numbers, on a line in
/// their logarithms.
public struct TunedValues: Sendable, Equatable {
  public let key: String
  public let along: String
  /// By the level of `along`.
  public let best: [(level: String, value: String)]
  /// Those whose best is the first or last that was tried: a better one may lie beyond.
  public let atEdge: [String]

  public static func == (a: TunedValues, b: TunedValues) -> Bool {
    a.key == b.key && a.along == b.along && a.best.map(\.level) == b.best.map(\.level)
      && a.best.map(\.value) == b.best.map(\.value)
  }

  /// Nil where not all cells are there. One that diverged has a row without numbers, and is the worst.
  ///
  /// - Throws: `ExperimentError` where the sweep doesn't vary what is tuned, or doesn't measure what it is tuned by.
  init?(_ tuning: ExperimentFile.Tuning, _ part: String, _ file: SweepFile, _ rows: [ExperimentRow]) throws {
    func index(_ factor: String) throws -> Int {
      guard let index = file.factors.firstIndex(where: { $0.name == factor }) else {
        throw ExperimentError.noFactor(part: part, factor: factor)
      }
      return index
    }
    let (key, along) = (try index(tuning.key), try index(tuning.along))
    guard Set(rows.map { "\($0.levels) \($0.seed)" }).count == file.cells.count else { return nil }
    try requireMetric(tuning.by, part, rows)
    var (best, atEdge): ([(level: String, value: String)], [String]) = ([], [])
    let metric = EvaluationMetric(tuning.by.split(separator: "/").last.map(String.init) ?? tuning.by)
    for level in file.factors[along].levels.map(\.name) {
      let means = file.factors[key].levels.map { candidate -> Double? in
        let values = rows.filter {
          !$0.shuffled && $0.levels.count == file.factors.count && $0.levels[along] == level
            && $0.levels[key] == candidate.name
        }.compactMap { $0.numbers[tuning.by] }
        return values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
      }
      let measured = means.enumerated().compactMap { index, mean in mean.map { (index, $0) } }
      guard let first = measured.first else { return nil }
      let found = measured.reduce(first) { metric.isBetter($1.1, than: $0.1) ? $1 : $0 }.0
      if means.count > 1, found == 0 || found == means.count - 1 { atEdge.append(level) }
      let chosen = file.factors[key].levels[found]
      best.append((level, chosen.settings.first?.value ?? chosen.name))
    }
    (self.key, self.along, self.best, self.atEdge) = (tuning.key, tuning.along, best, atEdge)
  }

  /// That of a level which may not have been tried: of `16` and of `16 decoupled` that of 16. Nil where it has no number.
  func value(at level: String) -> String? {
    if let known = best.first(where: { $0.level == level }) { return known.value }
    let points = best.compactMap { entry -> (x: Double, y: Double)? in
      guard let x = Double(entry.level), let y = Double(entry.value), x > 0, y > 0 else { return nil }
      return (log(x), log(y))
    }.sorted { $0.x < $1.x }
    let number = level.prefix { $0 != " " }
    if number.endIndex < level.endIndex { return value(at: String(number)) }
    guard let wanted = Double(level).map({ log($0) }), let first = points.first, let last = points.last else {
      return nil
    }
    if wanted <= first.x { return Self.text(first.y) }
    guard let after = points.firstIndex(where: { $0.x >= wanted }) else { return Self.text(last.y) }
    let (a, b) = (points[after - 1], points[after])
    return Self.text(a.y + (b.y - a.y) * (wanted - a.x) / (b.x - a.x))
  }

  /// Three digits: the last bits of a logarithm shouldn't make another run.
  private static func text(_ logarithm: Double) -> String {
    let rounded = String(format: "%.3g", exp(logarithm))
    return Double(rounded).map { String($0) } ?? rounded
  }
}

/// - Throws: `ExperimentError.noMetric` where cells are finished, and none has it.
func requireMetric(_ metric: String, _ part: String, _ rows: [ExperimentRow]) throws {
  let known = Set(rows.flatMap(\.numbers.keys))
  guard known.isEmpty || known.contains(metric) else {
    throw ExperimentError.noMetric(part: part, metric: metric, known: known.sorted())
  }
}

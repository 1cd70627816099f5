import Evaluation
import Experiments
import Foundation
import Settings
import Sweeps

/// A metric against what was varied: an own line for each combination of the other factors, one for shuffled captions, and one for
/// what was predicted.
struct ExperimentChart {
  private let part: ExperimentFindings.Part
  private let metric: String

  init(_ part: ExperimentFindings.Part, _ metric: String) { (self.part, self.metric) = (part, metric) }

  private var kind: EvaluationMetric { EvaluationMetric(metric.split(separator: "/").last.map(String.init) ?? metric) }
  private var scale: Double { kind.isShare ? 100 : 1 }

  /// The first factor whose levels are numbers, else the one with the most levels.
  private var across: Int {
    let factors = part.file.factors
    return factors.firstIndex { $0.levels.count > 1 && $0.levels.allSatisfy { Double($0.name) != nil } }
      ?? factors.indices.max { factors[$0].levels.count < factors[$1].levels.count } ?? 0
  }

  private var places: [String] { part.file.factors[across].levels.map(\.name) }

  var figure: Figure? {
    IntervalChart(
      title: metric, unit: kind.isShare ? "%" : metric.hasSuffix("loss") ? "nats" : "",
      caption: "\(kind.isLowerBetter ? "Lower" : "Higher") is better. Dots: seeds; bars: 95 % intervals of their mean.",
      along: part.file.factors[across].name, places: places, series: measured + shuffled + chance + predicted
    ).figure
  }

  private func others(_ levels: [String]) -> String {
    levels.indices.filter { $0 != across }.map { levels[$0] }.joined(separator: ", ")
  }

  private var measured: [IntervalChart.Series] {
    var seen: Set<String> = []
    let names = part.combinations.map(others).filter { seen.insert($0).inserted }
    let hasCompany = !(shuffled + chance + predicted).isEmpty
    return names.map { name in
      IntervalChart.Series(name: name.isEmpty && hasCompany ? "measured" : name, points: points(name, shuffled: false))
    }
  }

  private var shuffled: [IntervalChart.Series] {
    var seen: Set<String> = []
    return part.combinations.map(others).filter { seen.insert($0).inserted }.prefix(1).compactMap { name in
      let points = points(name, shuffled: true)
      return points.isEmpty ? nil : .init(name: "shuffled captions\(name.isEmpty ? "" : ", \(name)")", points: points)
    }
  }

  private func points(_ name: String, shuffled: Bool) -> [IntervalChart.Point] {
    part.combinations.filter { others($0) == name }.compactMap { levels in
      let values = part.values(metric, levels, shuffled: shuffled).map { scale * $0 }
      guard !values.isEmpty, let place = places.firstIndex(of: levels[across]) else { return nil }
      let interval = SeedInterval(values)
      return IntervalChart.Point(
        place: place, values: values, mean: interval.mean, low: interval.range?.lowerBound ?? interval.mean,
        high: interval.range?.upperBound ?? interval.mean)
    }
  }

  private var chance: [IntervalChart.Series] {
    guard let chance = part.part.checks.first(where: { $0.metric == metric && $0.chance != nil })?.chance else {
      return []
    }
    return [line("chance") { _ in scale * chance }]
  }

  private var predicted: [IntervalChart.Series] {
    part.part.checks.filter { $0.metric == metric }.compactMap { check in
      guard case .floor(_, let pairs) = check.effect else { return nil }
      return line("predicted: ln(\(short(pairs)) / level)") { Double($0).map { log(pairs / $0) } }
    }
  }

  private func line(_ name: String, _ value: (String) -> Double?) -> IntervalChart.Series {
    IntervalChart.Series(
      name: name,
      points: places.enumerated().compactMap { place, level in
        value(level).map { IntervalChart.Point(place: place, values: [], mean: $0, low: $0, high: $0) }
      })
  }
}

import Evaluation
import Files
import Foundation
import Runs
import Settings
import Sweeps

/// A sweep as one HTML file: each metric against what was varied, by means with intervals over seeds, and every cell by link.
public struct SweepReport {
  private let results: SweepResults

  public init(_ results: SweepResults) { self.results = results }

  public var html: String {
    let (done, all) = (results.rows.count(where: \.isFinished), results.rows.count)
    return Page(
      title: "Diagonal: a sweep over \(results.file.factors.map(\.name).joined(separator: ", "))",
      subtitle: "\(done) of \(all) cells finished; \(results.file.seeds.count) seeds. Made "
        + "\(Date().formatted(.iso8601)) by diagonal sweep.",
      sections: [comparison, differences, cells, curves].compactMap { $0 }.filter { !$0.isEmpty }, pictures: []
    ).markup.source
  }

  /// Writes the file whole or not at all. Replaces an older report, and nothing else.
  public func write(to path: String) throws {
    try Report.requireReplaceable(path)
    try AtomicFile.write(Data(html.utf8), to: path)
  }

  /// The factor that lies across: the first whose levels are numbers, else the one with the most levels.
  private var across: Int {
    let factors = results.file.factors
    return factors.firstIndex { $0.levels.count > 1 && $0.levels.allSatisfy { Double($0.name) != nil } }
      ?? factors.indices.max { factors[$0].levels.count < factors[$1].levels.count } ?? 0
  }

  private var comparison: Section {
    let held =
      switch results.file.equal {
      case nil: "Each cell is as long as its settings say."
      case .pairs(let count): "All cells see \(count) pairs, rounded to whole batches."
      case .updates(let count): "All cells make \(count) updates."
      case .seconds(let seconds): "All cells train for \(short(seconds)) seconds of steps."
      }
    let head = results.file.factors.map(\.name) + results.metrics
    let rows = results.combinations.map { levels in
      levels.map(words) + results.metrics.map { words(results.text($0, levels)) }
    }
    return Section(
      id: "comparison", title: "What was varied, and what came of it",
      body: """
        <p>\(held) Means over seeds, ± half the 95 % interval: Student's t, a seed a point; of shares, from five seeds on, a \
        bootstrap over seeds and items.</p>
        """ + table(head, rows, .numbers),
      figures: results.metrics.compactMap(chart))
  }

  private func chart(_ metric: String) -> Figure? {
    let factor = results.file.factors[across]
    let kind = EvaluationMetric(metric.split(separator: "/").last.map(String.init) ?? metric)
    let scale = kind.isShare ? 100.0 : 1
    let others = Dictionary(grouping: results.combinations) { levels in
      levels.indices.filter { $0 != across }.map { levels[$0] }.joined(separator: ", ")
    }
    var seen: Set<String> = []
    let order = results.combinations.map { levels in
      levels.indices.filter { $0 != across }.map { levels[$0] }.joined(separator: ", ")
    }.filter { seen.insert($0).inserted }
    let series = order.map { name in
      IntervalChart.Series(
        name: name,
        points: (others[name] ?? []).compactMap { point(metric, $0, among: factor.levels.map(\.name), scale) })
    }
    let better = kind.isLowerBetter ? "Lower is better" : "Higher is better"
    let caution =
      metric == "loss"
      ? " The training loss of batches of different sizes can't be compared: a larger batch has more to tell apart."
      : ""
    return IntervalChart(
      title: metric, unit: kind.isShare ? "%" : kind.isLowerBetter && metric.hasSuffix("loss") ? "nats" : "",
      caption:
        "\(better). Dots: seeds; bars: 95 % intervals of their mean. Bars that overlap by half may be chance.\(caution)",
      along: factor.name, places: factor.levels.map(\.name), series: series
    ).figure
  }

  private func point(
    _ metric: String, _ levels: [String], among places: [String], _ scale: Double
  ) -> IntervalChart.Point? {
    guard let interval = results.interval(metric, levels), let place = places.firstIndex(of: levels[across]) else {
      return nil
    }
    let (mean, range) = (scale * interval.mean, interval.range)
    return IntervalChart.Point(
      place: place, values: results.values(metric, levels).map { scale * $0.value }, mean: mean,
      low: range.map { scale * $0.lowerBound } ?? mean, high: range.map { scale * $0.upperBound } ?? mean)
  }

  private var differences: Section? {
    guard let first = results.combinations.first, results.combinations.count > 1 else { return nil }
    let rows = results.combinations.dropFirst().map { levels in
      [words(levels.joined(separator: ", "))]
        + results.metrics.map { metric in words(results.difference(metric, levels)?.text(metric) ?? "–") }
    }
    return Section(
      id: "differences", title: "Differences, seed by seed",
      body: """
        <p>From \(first.joined(separator: ", ")), each seed against itself, and from five seeds on each item: the seed's data \
        order and first parameters are in both, so what they do falls out. An interval without 0 is a difference that chance would seldom make.</p>
        """ + table(["from \(first.joined(separator: ", "))"] + results.metrics, rows, .numbers))
  }

  private var cells: Section {
    let rows = results.rows.map { row -> [Markup] in
      let state =
        row.isFinished
        ? "finished" : row.steps == 0 ? "not begun" : "\(row.steps) of \(row.planned.map(String.init) ?? "?") steps"
      let name: Markup =
        FileManager.default.fileExists(atPath: "\(row.directory)/report.html")
        ? "<a href=\"\(row.cell.name)/report.html\">\(row.cell.name)</a>" : "\(row.cell.name)"
      return [name, words(state), words("\(row.steps)"), words("\(row.pairs)"), words(duration(row.seconds))]
        + results.metrics.map { metric in
          words(row.numbers[metric].map { SeedInterval([$0]).text(metric) } ?? "–")
        }
    }
    return Section(
      id: "cells", title: "Cells",
      body: table(["cell", "state", "steps", "pairs", "in steps"] + results.metrics, rows, .numbers))
  }

  /// Curves of the first seed's cells over each other, as many as can be told apart.
  private var curves: Section? {
    let first = results.rows.filter { $0.cell.seed == results.file.seeds.first && $0.steps > 0 }.prefix(8)
    let runs = first.map { RunRecord(RunDirectory($0.directory), name: $0.cell.levels.joined(separator: ", ")) }
    return runs.isEmpty ? nil : CurveSections(runs: runs).learning
  }
}

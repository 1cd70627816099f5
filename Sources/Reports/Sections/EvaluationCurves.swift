import Evaluation
import Runs

/// What evaluations found while runs trained: a chart a number, and a table of the best.
struct EvaluationCurves {
  let runs: [RunRecord]

  /// An evaluation's number, whichever runs have it.
  private struct Series: Hashable {
    let name: String
    let metric: String
  }

  var section: Section? {
    guard runs.contains(where: { !$0.evaluations.isEmpty }) else { return nil }
    return Section(
      id: "validation", title: "Evaluations while it trained", body: summary,
      figures: series.filter { EvaluationMetric($0.metric).isHeadline }.compactMap(figure))
  }

  private var series: [Series] {
    var (seen, all) = (Set<Series>(), [Series]())
    for row in runs.flatMap(\.evaluations) {
      for metric in row.numbers.keys.sorted() where seen.insert(Series(name: row.name, metric: metric)).inserted {
        all.append(Series(name: row.name, metric: metric))
      }
    }
    return all
  }

  private func measured(_ run: RunRecord, _ series: Series) -> [EvaluationRow] {
    run.evaluations.filter { $0.name == series.name && $0.numbers[series.metric] != nil }
  }

  private func figure(_ series: Series) -> Figure? {
    let metric = EvaluationMetric(series.metric)
    let factor = metric.isShare ? 100.0 : 1
    let lines = runs.enumerated().map { index, run in
      LineChart.Line(
        name: run.name,
        curve: Curve(
          buckets: measured(run, series).map { row in
            let value = factor * (row.numbers[series.metric] ?? .nan)
            let interval = row.intervals[series.metric].map { $0.map { factor * $0 } }
            return .init(
              steps: row.step...row.step, low: interval?.first ?? value, middle: value, high: interval?.last ?? value,
              smooth: value)
          }), style: index)
    }
    let hasIntervals = runs.flatMap { measured($0, series) }.contains { $0.intervals[series.metric] != nil }
    let pale = " Pale: 95 % intervals, as if the pairs were independent draws; what overlaps may be chance."
    return LineChart(
      title: "\(series.name): \(series.metric)", unit: metric.isShare ? "%" : series.metric == "loss" ? "nats" : "",
      caption: (metric.isLowerBetter ? "Lower is better." : "Higher is better.")
        + (hasIntervals ? pale : ""), lines: lines
    ).figure
  }

  /// Of every number its last value and its best, by run.
  private var summary: Markup {
    let lines = series.flatMap { series in
      runs.compactMap { run -> [Markup]? in
        let rows = measured(run, series)
        let metric = EvaluationMetric(series.metric)
        guard let last = rows.last else { return nil }
        func value(_ row: EvaluationRow) -> Double { row.numbers[series.metric] ?? .nan }
        let best = rows.dropFirst().reduce(rows[0]) { metric.isBetter(value($1), than: value($0)) ? $1 : $0 }
        let name = "\(series.name)/\(series.metric)" + (runs.count > 1 ? ", \(run.name)" : "")
        return [
          words(name), words(metric.text(value(best))), words("\(best.step)"), words(metric.text(value(last))),
          words("\(last.pairs)"),
        ]
      }
    }
    return
      "<details><summary>All numbers</summary>\(table(["number", "best", "at step", "last", "pairs"], lines, .numbers))</details>\n"
  }
}

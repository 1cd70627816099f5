import Evaluation
import Settings

extension SweepResults {
  /// `61.3 ± 1.2 %`, the mean over seeds with its 95 % interval; how many seeds where some lack.
  public func text(_ metric: String, _ levels: [String]) -> String {
    guard let interval = interval(metric, levels) else { return "–" }
    let count = values(metric, levels).count
    return interval.text(metric) + (count < file.seeds.count ? " (\(count) of \(file.seeds.count) seeds)" : "")
  }

  /// What a cell has found, in short.
  public func words(of cell: SweepCell) -> String {
    guard let row = rows.first(where: { $0.cell == cell }) else { return "" }
    return metrics.compactMap { metric in
      row.numbers[metric].map { "\(metric) \(SeedInterval([$0]).text(metric))" }
    }.joined(separator: ", ")
  }
}

extension SeedInterval {
  /// In the metric's unit: shares as percent.
  public func text(_ metric: String) -> String {
    let kind = EvaluationMetric(metric.split(separator: "/").last.map(String.init) ?? metric)
    guard let half, half.isFinite else { return kind.text(mean) }
    guard kind.isShare else { return "\(kind.text(mean)) ± \(kind.text(half))" }
    return kind.text(mean).replacing(" %", with: "") + " ± " + kind.text(half)
  }
}

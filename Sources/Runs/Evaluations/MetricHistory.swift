import Evaluation
import Settings

/// How a number of an evaluation went over the steps of a run.
struct MetricHistory {
  let metric: MetricReference
  /// Of the steps at which it was measured, in rising order.
  private(set) var values: [(step: Int, value: Double)] = []

  init(_ metric: MetricReference, _ rows: [EvaluationRow] = []) {
    self.metric = metric
    for row in rows { add(row) }
  }

  mutating func add(_ row: EvaluationRow) {
    guard row.name == metric.evaluation else { return }
    values.append((row.step, row.numbers[metric.metric] ?? .nan))
  }

  private var kind: EvaluationMetric { EvaluationMetric(metric.metric) }

  /// Where it was best; of equals the first. Nil where it was never a number.
  var best: (step: Int, value: Double)? { best(of: values) }

  private func best(of values: some Sequence<(step: Int, value: Double)>) -> (step: Int, value: Double)? {
    values.reduce(nil) { best, next in
      kind.isBetter(next.value, than: best?.value ?? .nan) ? next : best
    }
  }

  /// Measurements since the best one.
  var sinceBest: Int {
    guard let best else { return values.count }
    return values.count { $0.step > best.step }
  }

  /// `fruit/top1 47.1 % at step 600`
  var words: String? { best.map { "\(metric.text) \(kind.text($0.value)) at step \($0.step)" } }

  /// The best of the steps that are among some.
  func best(among steps: [Int]) -> (step: Int, value: Double)? {
    best(of: values.filter { steps.contains($0.step) })
  }
}

extension RunDirectory {
  /// The checkpoint, of those there are, at which the number that `checkpoint.best` of the run names was best.
  public var best: (step: Int, words: String)? {
    guard let metric = (try? RunFile(reading: runFile))?.checkpoint.best else { return nil }
    let history = MetricHistory(metric, evaluationRows())
    guard let found = history.best(among: steps()) else { return nil }
    return (found.step, "\(metric.text) \(EvaluationMetric(metric.metric).text(found.value))")
  }
}

import Experiments
import Settings

/// What `diagonal experiment --json` prints.
struct ExperimentAnswer: Encodable {
  let experiment: String
  let claim: String
  let expected: String
  let verdict: String
  let report = "report.html"
  let cells: Int
  let finished: Int
  let seconds: Double
  let findings: [Entry]
  let problems: [String]

  struct Entry: Encodable {
    let part: String
    let title: String
    let metric: String
    let outcome: String
    let expected: String?
    let effect: Double
    /// From and to; null of one seed.
    let interval: [Double]?
    let seeds: Int
    let shuffled: Double?
    let shuffledInterval: [Double]?

    enum CodingKeys: String, CodingKey {
      case part, title, metric, outcome, expected, effect, interval, seeds, shuffled
      case shuffledInterval = "shuffled_interval"
    }
  }

  init(_ found: ExperimentFindings, _ problems: [String]) {
    (experiment, claim, expected) = (found.recipe.name, found.recipe.file.claim, found.recipe.file.expected)
    (verdict, self.problems, seconds) = (found.verdict, problems, found.seconds)
    cells = found.parts.reduce(0) { $0 + $1.cells }
    finished = found.parts.reduce(0) { $0 + $1.rows.count }
    findings = found.parts.flatMap { part in
      part.findings.map { finding in
        Entry(
          part: part.part.name, title: finding.check.title, metric: finding.check.metric,
          outcome: finding.outcome.rawValue, expected: finding.check.expected?.rawValue, effect: finding.effect.mean,
          interval: finding.effect.bounds, seeds: finding.effect.seeds, shuffled: finding.shuffled?.mean,
          shuffledInterval: finding.shuffled?.bounds)
      }
    }
  }
}

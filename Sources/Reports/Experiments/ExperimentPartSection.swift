import Evaluation
import Experiments
import Foundation
import Settings
import Sweeps

/// One part of an experiment: what its checks say, drawings of what is compared, and every arm.
struct ExperimentPartSection {
  private let part: ExperimentFindings.Part

  init(_ part: ExperimentFindings.Part) { self.part = part }

  var section: Section {
    Section(
      id: part.part.name, title: part.part.title,
      body: "\(checks)\(tuned)\(arms)", figures: part.metrics.compactMap { ExperimentChart(part, $0).figure },
      problems: part.rows.count < part.cells ? ["\(part.rows.count) of \(part.cells) cells are finished."] : [])
  }

  private var checks: Markup {
    guard !part.findings.isEmpty else { return "" }
    let rows = part.findings.map { finding -> [Markup] in
      [
        words(finding.check.title), words(finding.sentence),
        words(expectation(finding)),
        words(finding.control),
      ]
    }
    return table(["what is compared", "what came out", "expectation", "control"], rows)
  }

  private func expectation(_ finding: Finding) -> String {
    guard let expected = finding.check.expected else { return "nothing was predicted" }
    return finding.isExpected ? "as expected" : "expected: \(finding.check.words[expected] ?? "")"
  }

  private var tuned: Markup {
    var lines: [String] = []
    if let found = part.found {
      let best = found.best.map { "\($0.level): \($0.value)" }.joined(separator: ", ")
      lines.append("Best \(found.key) by \(found.along), on the validation split: \(best).")
      if !found.atEdge.isEmpty {
        lines.append(
          "At the edge of what was tried, so that a better one may lie beyond: \(found.atEdge.joined(separator: ", "))."
        )
      }
    }
    if let tuned = part.tuned {
      lines.append("\(tuned.key) as tuned for \(tuned.along); between, on a line in logarithms.")
    }
    return "\(lines.map { "<p>\($0)</p>" as Markup })"
  }

  private var arms: Markup {
    let metrics = part.metrics
    let head = part.file.factors.map(\.name) + ["seeds"] + metrics + ["pairs", "seconds"]
    let rows = part.combinations.map { levels -> [Markup] in
      let own = part.rows.filter { $0.levels == levels }
      let figures = metrics.map { metric -> Markup in
        let values = part.values(metric, levels)
        return words(values.isEmpty ? "–" : SeedInterval(values).text(metric))
      }
      let seconds = own.map(\.seconds).reduce(0, +) / Double(max(1, own.count))
      return levels.map(words) + [words("\(own.count)")] + figures
        + [words(own.first.map { "\($0.pairs)" } ?? "–"), words(String(format: "%.0f", seconds))]
    }
    return table(head, rows, .numbers)
  }
}

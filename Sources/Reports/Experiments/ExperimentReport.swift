import Evaluation
import Experiments
import Files
import Foundation
import Settings
import Sweeps

/// An experiment as one HTML file: the claim, what was expected and what came out, then each part's figures and cells.
public struct ExperimentReport {
  private let findings: ExperimentFindings

  public init(_ findings: ExperimentFindings) { self.findings = findings }

  public var html: String {
    let done = findings.parts.reduce(0) { $0 + $1.rows.count }
    let all = findings.parts.reduce(0) { $0 + $1.cells }
    return Page(
      title: "Diagonal: the experiment \(findings.recipe.name)",
      subtitle: "\(done) of \(all) cells finished. Made \(Date().formatted(.iso8601)) by diagonal experiment.",
      sections: ([verdict] + findings.parts.map { ExperimentPartSection($0).section } + [machines]).filter {
        !$0.isEmpty
      },
      pictures: []
    ).markup.source
  }

  /// Writes the file whole or not at all. Replaces an older report, and nothing else.
  public func write(to path: String) throws {
    try Report.requireReplaceable(path)
    try AtomicFile.write(Data(html.utf8), to: path)
  }

  private var verdict: Section {
    let file = findings.recipe.file
    let rows: [[Markup]] =
      [
        ["claim", words(file.claim)], ["expected, before it was run", words(file.expected)],
        ["what came out", words(findings.verdict)],
      ] + findings.deciding.map { ["control: \($0.check.title)", words($0.control)] } + [
        ["what would change it", words([file.changes, findings.resolution].compactMap { $0 }.joined(separator: " "))]
      ]
    let controls = findings.parts.flatMap(\.findings).filter { $0.shuffled != nil }.count
    return Section(
      id: "verdict", title: "Verdict",
      body: table(["", ""], rows)
        + """
        <p class="soft">Intervals are of 95 %: over seeds, each compared with itself (Student's t), and over the test's items \
        where cells tell of each, their squares added. “Same” means that the whole interval lies within the margin that was set beforehand. \
        Of \(controls) controls on shuffled captions one in twenty shows an effect by chance alone.</p>
        """)
  }

  private var machines: Section {
    let rows = findings.parts.flatMap { $0.rows + $0.shuffled }
    let groups = Dictionary(grouping: rows) { "\($0.processor)|\($0.version)" }
    let lines = groups.values.map { rows -> [Markup] in
      let days = rows.map { String($0.date.prefix(10)) }
      let span = Set([days.min() ?? "", days.max() ?? ""]).sorted().joined(separator: " to ")
      return [
        words(rows[0].processor), words(rows[0].version), words(span), words("\(rows.count)"),
        words(duration(rows.reduce(0) { $0 + $1.seconds })),
      ]
    }
    return Section(
      id: "machines", title: "Where and when",
      body: lines.isEmpty ? "" : table(["processor", "Diagonal", "days", "cells", "in steps"], lines, .numbers))
  }
}

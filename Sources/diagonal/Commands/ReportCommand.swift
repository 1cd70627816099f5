import ArgumentParser
import Files
import Foundation
import Reports
import Runs

struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report", abstract: "Shows a run, or several side by side, as one HTML file.",
    discussion: """
      The file needs no network and no script: curves, the similarity matrix of a batch early and late, what the newest \
      checkpoint finds, where the time went, which samples weren't used. Of several runs it shows curves over each other \
      and the settings that differ. A run may still be going on.

      Checkpoints and data are opened by the paths in run.yaml, so start it where the training was started; what can't be \
      opened is left out, and said so.

      Examples:
        diagonal report runs/emoji
        diagonal report runs/small runs/large --out comparison.html
        diagonal report runs/emoji --tensorboard events
      """)

  @Argument(help: ArgumentHelp("The runs' directories.", valueName: "run"))
  var runs: [String]

  @Option(
    help: ArgumentHelp("The file to write (default: report.html, in the directory of a single run).", valueName: "file")
  )
  var out: String?

  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("What diagonal eval … --json printed, to be shown too.", valueName: "file"))
  var evaluation: [String] = []

  @Option(help: ArgumentHelp("Training pairs that the newest model is asked about; 0 opens no model.", valueName: "n"))
  var pairs = 512

  @Option(help: ArgumentHelp("Writes files for TensorBoard there instead, a directory a run.", valueName: "dir"))
  var tensorboard: String?

  @Flag(help: "Prints one JSON object.")
  var json = false

  func validate() throws {
    try requirePath("--out", out ?? "report.html")
    try requirePath("--tensorboard", tensorboard ?? "events")
    for run in runs where !FileManager.default.fileExists(atPath: RunDirectory(run).runFile) {
      throw ValidationError("\(run) is no run's directory: it has no run.yaml")
    }
    for file in evaluation where !FileManager.default.fileExists(atPath: file) {
      throw ValidationError("--evaluation: there is no \(file)")
    }
    guard pairs == 0 || 16...4096 ~= pairs else {
      throw ValidationError("--pairs is \(pairs), expected 0, or between 16 and 4096")
    }
    if tensorboard != nil { return }
    do { try Report.requireReplaceable(path) } catch { throw ValidationError("\(error)") }
  }

  private var path: String { out ?? (runs.count == 1 ? "\(runs[0])/report.html" : "report.html") }

  func run() throws {
    let directories = runs.map(RunDirectory.init)
    if let tensorboard {
      let export = try TensorBoardExport(directories, to: tensorboard)
      return try answer(tensorboard, export.problems, "TensorBoard's files are in")
    }
    var options = Report.Options()
    (options.evaluations, options.pairs) = (evaluation, pairs)
    let line = RenewingLine()
    let report = Report(directories, options) { if line.terminal { line.show($0, isLast: false) } }
    if line.terminal { line.note("") }
    try report.write(to: path)
    try answer(path, report.problems, "the report is")
  }

  private func answer(_ path: String, _ problems: [String], _ words: String) throws {
    if json { return try printJSON(Answer(report: path, runs: runs, problems: problems)) }
    for problem in problems { printError(problem) }
    print("\(words) \(path)")
  }

  private struct Answer: Encodable {
    let report: String
    let runs: [String]
    let problems: [String]
  }
}

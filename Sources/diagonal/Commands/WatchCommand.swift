import ArgumentParser
import Foundation
import Reports
import Runs
import Settings

struct WatchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch", abstract: "Shows curves of runs in the terminal, as they go on.",
    discussion: """
      Reads metrics.jsonl and evaluations.jsonl alone, so the runs may be another process's, or another machine's over a shared file system. \
      Ends by Ctrl-C; where the output is no terminal, after showing once. Fields: diagonal train --help-metrics

      Examples:
        diagonal watch runs/emoji
        diagonal watch runs/small runs/large --field loss --field gradient_norm
        diagonal watch runs/emoji --field emojione/image_to_text.recall_at_1
      """)

  @Argument(help: ArgumentHelp("The runs' directories.", valueName: "run"))
  var runs: [String]

  @Option(
    name: .customLong("field"), parsing: .singleValue,
    help: ArgumentHelp(
      "A field of metrics.jsonl, or EVALUATION/NUMBER; may be repeated (default: loss, image_to_text_top1).",
      valueName: "name"))
  var names: [String] = []

  @Option(help: ArgumentHelp("Between two looks.", valueName: "seconds")) var every = 2.0
  @Flag(help: "Shows the curves once.") var once = false

  func validate() throws {
    for run in runs where !FileManager.default.fileExists(atPath: run) { throw ValidationError("there is no \(run)") }
    for name in names where MetricReference(name) == nil && !MetricsField.all.contains(where: { $0.name == name }) {
      throw ValidationError("--field \(name): there is no such field; diagonal train --help-metrics lists them")
    }
    guard every >= 0.1, every <= 3600 else {
      throw ValidationError("--every is \(every), expected 0.1 to 3600 seconds")
    }
  }

  func run() throws {
    let shown = names.isEmpty ? ["loss", "image_to_text_top1"] : names
    let fields = shown.compactMap { name in MetricsField.all.first { $0.name == name } }
    let numbers = shown.compactMap { MetricReference($0) }
    var watched = WatchedRuns(runs.map(RunDirectory.init))
    let terminal = isatty(STDOUT_FILENO) == 1
    repeat {
      watched.update()
      let size = terminalSize
      let text = watched.text(fields, numbers, columns: size.columns, rows: size.rows - 2, isColored: terminal)
      // Home, then what is left of the old picture away: clearing first would flicker.
      let lines = terminal && !once ? "\u{1B}[H" + text.replacing("\n", with: "\u{1B}[K\n") + "\u{1B}[J" : text
      FileHandle.standardOutput.write(Data(lines.utf8))
      if terminal && !once { Thread.sleep(forTimeInterval: every) }
    } while terminal && !once
  }

  private var terminalSize: (columns: Int, rows: Int) {
    var size = winsize()
    guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 20, size.ws_row > 8 else { return (80, 26) }
    return (Int(size.ws_col), Int(size.ws_row))
  }
}

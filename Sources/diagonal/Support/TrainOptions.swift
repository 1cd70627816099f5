import ArgumentParser
import Foundation
import Runs
import Settings

/// What `diagonal train` is told.
struct TrainOptions: ParsableArguments {
  @Argument(help: "The run file (YAML).")
  var runFile: String?

  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("Lays a value over the run file; may be repeated.", valueName: "key=value"))
  var overrides: [String] = []

  @Option(help: ArgumentHelp("Where the run is kept (default: runs/ and the run file's name).", valueName: "dir"))
  var out: String?

  @Option(help: ArgumentHelp("auto (go on where --out stopped), never, or a checkpoint's directory.", valueName: "how"))
  var resume = Resume.auto

  @Option(help: ArgumentHelp("Runs N workers as threads of this process, without mpirun.", valueName: "n"))
  var simulate: Int?

  @Option(
    name: .customLong("on-nonfinite"),
    help: "stop: a step whose loss or gradient isn't finite ends the run; skip: its update is left out, and counted.")
  var onNotFinite = OnNotFinite.stop

  @Flag(help: "Prints every key with its value and meaning, and trains nothing.")
  var printConfig = false

  @Flag(help: "Prints every field of metrics.jsonl with its unit and meaning, and trains nothing.")
  var helpMetrics = false

  func validate() throws {
    if runFile == nil && !printConfig && !helpMetrics {
      throw ValidationError("which run? Give a run file: diagonal train RUN.yaml")
    }
    try requireCount("--simulate", simulate ?? 1, atMost: 1024)
    try requirePath("--out", out ?? "runs")
    try validateOverrides(overrides)
    if case .from(let path) = resume, !FileManager.default.fileExists(atPath: path) {
      throw ValidationError("--resume: there is no \(path); give auto, never, a run's directory or a checkpoint's")
    }
  }

  /// The run file with its overrides, not yet resolved; the defaults where no file is given.
  func run() throws(RunFileError) -> RunFile {
    guard let runFile else { return try RunFile(yaml: "", overrides: overrides) }
    return try RunFile(reading: runFile, overrides: overrides)
  }

  var directory: RunDirectory {
    let name = URL(fileURLWithPath: runFile ?? "run").deletingPathExtension().lastPathComponent
    return RunDirectory(out ?? "runs/\(name)")
  }
}

/// What is wrong with an override whatever the run file says is a fault of the command line.
func validateOverrides(_ overrides: [String]) throws {
  var run = RunFile()
  do { for text in overrides { try run.override(text) } } catch { throw ValidationError("\(error)") }
}

extension OnNotFinite: ExpressibleByArgument {}

extension Resume: ExpressibleByArgument {
  public init?(argument: String) {
    self =
      switch argument {
      case "auto": .auto
      case "never": .never
      default: .from(argument)
      }
  }

  public var defaultValueDescription: String { "auto" }
}

import ArgumentParser
import Engine
import Planning
import Runs
import Settings

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Says what a training step will need of each worker, before it is launched.",
    discussion: """
      Memory and bytes come from the run file and its model alone; seconds need the machine's profile. The time to read \
      and decode pictures is not among them. The table has the same batch on 1, 2, 4, … workers, or with --weak the same \
      pairs a worker; where a worker's share is smaller than a chunk, the chunk shrinks with it.

      Examples:
        diagonal plan launch/runs/emoji.yaml --workers 8
        mpirun -np 2 diagonal bench machine --json > machine.json
        diagonal plan launch/runs/emoji.yaml --workers 8 --machine machine.json
      """)

  @Argument(help: "The run file (YAML).") var runFile: String
  @Option(
    name: .customLong("set"), parsing: .singleValue,
    help: ArgumentHelp("Lays a value over the run file; may be repeated.", valueName: "key=value"))
  var overrides: [String] = []
  @Option(help: ArgumentHelp("Workers to plan for in detail.", valueName: "n")) var workers = 1
  @Option(help: ArgumentHelp("What diagonal bench machine --json printed.", valueName: "file")) var machine: String?
  @Option(
    help: ArgumentHelp(
      "Tokens of a caption in the mean, its end included (default: 21, or what the model takes).", valueName: "n"))
  var captionTokens: Int?
  @Option(help: ArgumentHelp("Workers that the table goes up to.", valueName: "n")) var upTo = 1024
  @Flag(help: "Let the table's batch grow with its workers.") var weak = false
  @Flag(help: "Print one JSON object.") var json = false

  func validate() throws {
    let most = 1 << 20
    for (name, value) in [("workers", workers), ("up-to", upTo)] where !(1...most ~= value) {
      throw ValidationError("--\(name) is \(value), expected between 1 and \(most)")
    }
    if let captionTokens, captionTokens < 2 {
      throw ValidationError("--caption-tokens is \(captionTokens), expected at least 2")
    }
    try validateOverrides(overrides)
  }

  func run() throws {
    var run = try RunFile(reading: runFile, overrides: overrides).namingCheckpoints(report: printError)
    let profile = try machine.map { try MachineProfile(path: $0) }
    run.precision = run.precision.resolved(
      prefersBF16: profile?.prefersBF16 ?? Processor.multipliesBF16Faster)
    if let machine, let profile { try check(profile, machine, for: run) }
    let planner = try Planner(run, captionTokens: captionTokens ?? 21)
    if let captionTokens, captionTokens > planner.captionTokens {
      throw ValidationError(
        "--caption-tokens is \(captionTokens), the model's context_length is \(planner.captionTokens)")
    }
    let plan = try planner.plan(workers: workers)
    let report = PlanReport(
      plan: plan, table: planner.table(upTo: upTo, chunk: plan.chunk, pairsPerWorker: weak ? plan.pairsPerWorker : nil),
      profile: profile, captionTokens: planner.captionTokens, leavesOutTeacher: run.distillation.teacher != nil)
    if json { try printJSON(report.answer) } else { report.show() }
  }

  /// Throws unless a profile can answer for the run.
  private func check(_ profile: MachineProfile, _ path: String, for run: RunFile) throws {
    if run.precision == .bf16 && profile.bf16 == nil { throw MachineProfileError.lacksBF16(path: path) }
    if run.parallel.threads != profile.threads {
      throw MachineProfileError.threads(path: path, measured: profile.threads, run: run.parallel.threads)
    }
    if workers > 1 && profile.wire == nil { throw MachineProfileError.lacksWire(path: path, workers: workers) }
  }
}

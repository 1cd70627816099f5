import ArgumentParser
import Engine
import Files
import Foundation
import Planning
import Reports
import Runs
import Settings
import Sweeps

struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep", abstract: "Runs a grid of settings and seeds, and compares what comes of them.",
    discussion: """
      The file names a run file and what is varied in it:

        base: launch/runs/emoji.yaml
        set: {checkpoint.keep: 1}              # laid over it in every cell
        vary: {batch.size: [16, 64, 256]}      # every combination
        arms: {full: {data.order: full}, …}    # settings that belong together, by a name
        called: order                          # what the arms vary; else arm
        seeds: 3                               # 0, 1, 2; or a list
        equal: {pairs: 40000}                  # or updates, or seconds
        metrics: [retrieval/image_to_text.recall_at_1]

      A cell is a run in DIR/KEY=VALUE/seed-N, like any other: a finished one is left alone, one that was begun goes on, and \
      more values or seeds may be added. The run file's evaluation list says what is measured. sweep.csv has a row a \
      cell, sweep.html what they say: means with 95 % intervals over seeds, and each cell's own report.

      Examples:
        diagonal sweep launch/sweeps/batch-pairs.yaml --out sweeps/batch --dry-run
        diagonal sweep launch/sweeps/batch-pairs.yaml --out sweeps/batch --jobs 2
        sbatch --array=1-9 launch/slurm.sbatch sweep launch/sweeps/batch-pairs.yaml --out sweeps/batch
      """)

  @Argument(help: "The sweep's file (YAML).") var file: String
  @Option(help: ArgumentHelp("The sweep's directory.", valueName: "dir")) var out: String
  @Option(help: ArgumentHelp("Cells at a time (default: the processor's cores by a cell's).", valueName: "n"))
  var jobs: Int?
  @Option(help: ArgumentHelp("Workers of each cell, under mpirun.", valueName: "n")) var workers = 1
  @Option(
    parsing: .singleValue,
    help: ArgumentHelp(
      "Runs only this cell, counted from 1; may be repeated. A Slurm array's task is one.", valueName: "n")
  )
  var cell: [Int] = []
  @Flag(help: "Says which cells there are, how long they are and what they need; runs none.") var dryRun = false
  @Option(help: ArgumentHelp("What diagonal bench machine --json printed, for --dry-run's seconds.", valueName: "file"))
  var machine: String?
  @Flag(help: "Runs none: makes the table and the report of what is there.") var reportOnly = false
  @Flag(help: "Prints one JSON object.") var json = false

  func validate() throws {
    try requireCount("--workers", workers, atMost: 1024)
    try requireCount("--jobs", jobs ?? 1, atMost: 1024)
    try requirePath("--out", out)
  }

  func run() throws {
    try requireAlone("sweep")
    let sweep = try SweepFile(reading: file)
    let cells = sweep.cells
    let runs = try cells.map { cell in
      do { return try sweep.run(of: cell) } catch { throw ValidationError("\(cell.name): \(error)") }
    }
    let chosen = try chosen(among: cells.count)
    if dryRun {
      return try showPlan(sweep, zip(cells, runs).enumerated().filter { chosen.contains($0.offset) }.map(\.element))
    }
    var (problems, isStopped): ([String], Bool) = ([], false)
    if !reportOnly {
      (problems, isStopped) = try run(sweep, chosen.map { cells[$0] }, jobs: jobs(runs))
    }
    let results = SweepResults(sweep, in: out)
    try results.writeCSV(to: out)
    let report = SweepReport(results)
    try report.write(to: "\(out)/sweep.html")
    if json { try printJSON(Answer(results, problems)) } else { show(results) }
    for problem in problems { printError(problem) }
    if isStopped { throw ExitCode.stopped }
    if !problems.isEmpty { throw ExitCode.failure }
  }

  /// Numbers of cells, from 0.
  private func chosen(among count: Int) throws -> [Int] {
    let task = ProcessInfo.processInfo.environment["SLURM_ARRAY_TASK_ID"].flatMap { Int($0) }
    let wanted = cell.isEmpty ? [task].compactMap { $0 } : cell
    if let wrong = wanted.first(where: { !(1...count ~= $0) }) {
      throw ValidationError("--cell is \(wrong), the sweep has cells 1 to \(count)")
    }
    return wanted.isEmpty ? Array(0..<count) : Set(wanted).sorted().map { $0 - 1 }
  }

  /// How many cells at a time the cores have room for.
  private func jobs(_ runs: [RunFile]) -> Int {
    let threads = runs.map(\.parallel.threads).max() ?? 1
    return jobs ?? max(1, ProcessInfo.processInfo.activeProcessorCount / (workers * threads))
  }

  private func run(_ sweep: SweepFile, _ cells: [SweepCell], jobs: Int) throws -> (
    problems: [String], isStopped: Bool
  ) {
    let executable = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    let launch = try SweepLaunch(
      directory: out, jobs: jobs, workers: workers, executable: executable)
    let text = try String(contentsOfFile: file, encoding: .utf8)
    StopSignals.catchAll()
    let start = Date()
    return try Sweep(sweep, text: text, launch).run(cells, isAskedToStop: { StopSignals.isAsked }) { event in
      let spent = Date().timeIntervalSince(start)
      let left = spent / Double(event.done) * Double(event.of - event.done)
      let words = event.problem ?? SweepResults(sweep, in: out).words(of: event.cell)
      printError("\(event.done) of \(event.of)  \(event.cell.name)  \(words)  \(duration(left)) left")
      if event.problem == nil { writeReport(of: event.cell) }
    }
  }

  /// The cell's own report; no model is opened for it.
  private func writeReport(of cell: SweepCell) {
    var options = Report.Options()
    options.pairs = 0
    let directory = RunDirectory("\(out)/\(cell.name)")
    do { try Report([directory], options).write(to: "\(directory.path)/report.html") } catch {
      printError("\(cell.name): no report: \(error)")
    }
  }

  private func showPlan(_ sweep: SweepFile, _ cells: [(SweepCell, RunFile)]) throws {
    let profile = try machine.map { try MachineProfile(path: $0) }
    var total = 0.0
    for (number, (cell, run)) in cells.enumerated() {
      var run = run
      for setting in sweep.lengthSettings(run, secondsPerStep: nil) where sweep.hasKnownLength {
        try run.override(setting.override)
      }
      run.precision = run.precision.resolved(prefersBF16: profile?.prefersBF16 ?? Processor.multipliesBF16Faster)
      let plan = try Planner(run, captionTokens: 21).plan(workers: workers)
      var words = "\(number + 1)  \(cell.name)  batch \(plan.batch), \(memoryWords(plan.memory.total)) a worker"
      if let steps = run.schedule.steps {
        words += ", \(steps) steps, \(steps * plan.batch) pairs"
        if let seconds = profile.flatMap({ plan.seconds(on: $0)?.total }) {
          total += seconds * Double(steps)
          words += ", \(duration(seconds * Double(steps)))"
        }
      }
      print(words)
    }
    if case .seconds(let each) = sweep.equal { total = each * Double(cells.count) }
    let each = jobs(cells.map(\.1))
    let time =
      total > 0
      ? ", \(duration(total / Double(each))) with \(each) at a time"
      : "; --machine FILE tells the time, see diagonal bench machine"
    print("\(cells.count) cells\(time)")
  }

  private func memoryWords(_ bytes: Int) -> String { String(format: "%.2f GB", Double(bytes) / 1e9) }

  private func show(_ results: SweepResults) {
    for metric in results.metrics {
      print(metric)
      for levels in results.combinations {
        print("  \(levels.joined(separator: ", ")): \(results.text(metric, levels))")
      }
    }
    print("\(out)/sweep.csv, \(out)/sweep.html")
  }

  private struct Answer: Encodable {
    let report: String
    let cells: Int
    let finished: Int
    let metrics: [String: [String: [Double]]]
    let problems: [String]

    init(_ results: SweepResults, _ problems: [String]) {
      report = "sweep.html"
      (cells, finished) = (results.rows.count, results.rows.count(where: \.isFinished))
      metrics = Dictionary(
        uniqueKeysWithValues: results.metrics.map { metric in
          let values = results.combinations.map { ($0.joined(separator: ","), results.values(metric, $0).map(\.value)) }
          return (metric, Dictionary(values) { $1 })
        })
      self.problems = problems
    }
  }
}

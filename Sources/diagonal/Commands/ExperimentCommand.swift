import ArgumentParser
import Experiments
import Files
import Foundation
import Reports
import Settings
import Sweeps

struct ExperimentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "experiment", abstract: "Tries one of the claims about CLIP: runs its sweeps, and says what came out.",
    discussion: """
      An experiment is a directory of launch/experiments: experiment.yaml has the claim, what was expected before it was run, \
      what each figure would mean, and the time it takes; its sweeps lie beside it. Start it in Diagonal's own directory.

      The data that it needs and that a command can make are made. Cells whose rows are in results.jsonl, the recipe's or DIR's, \
      aren't run again; the same command goes on after a stop. DIR/results.jsonl gets a row a cell, DIR/report.html the verdict \
      with its controls.

      --shuffled runs the same cells on captions that belong to other pictures (data.shuffle_captions): what still shows an \
      effect there wasn't measured rightly. The report shows both.

      Examples:
        diagonal experiment --list
        diagonal experiment batch --out experiments/batch
        diagonal experiment batch --out experiments/batch --shuffled --part pairs
        diagonal experiment batch --out /tmp/try --tiny
      """)

  enum Scale: String, ExpressibleByArgument, CaseIterable { case tiny, normal, large }

  @Argument(help: "The experiment.") var name: String?
  @Option(help: ArgumentHelp("The experiment's directory; made if need be.", valueName: "dir")) var out: String?
  @Flag(help: "Says which experiments there are, and how long they take.") var list = false
  @Option(help: "tiny tries the plumbing and teaches nothing; large is for a night.") var scale = Scale.normal
  @Flag(help: "The same as --scale tiny.") var tiny = false
  @Option(parsing: .singleValue, help: ArgumentHelp("Runs only this part; may be repeated.", valueName: "part"))
  var part: [String] = []
  @Flag(help: "Runs the control: on captions of other pictures.") var shuffled = false
  @Option(help: ArgumentHelp("Cells at a time (default: the processor's cores).", valueName: "n")) var jobs: Int?
  @Option(help: ArgumentHelp("Where lies what recipes call data/ (default: data; tiny: DIR/data).", valueName: "dir"))
  var data: String?
  @Option(help: ArgumentHelp("The directory of the recipes.", valueName: "dir")) var recipes = "launch/experiments"
  @Option(help: ArgumentHelp("Rows of finished cells (default: the recipe's results.jsonl).", valueName: "file"))
  var known: String?
  @Flag(help: "Runs all cells anew, whatever rows the recipe has.") var anew = false
  @Flag(help: "Runs none: says how many cells there are to run.") var dryRun = false
  @Flag(help: "Runs none: makes the report of what is there.") var reportOnly = false
  @Flag(help: "Prints one JSON object.") var json = false

  func validate() throws {
    try requireCount("--jobs", jobs ?? 1, atMost: 1024)
    if list { return }
    guard name != nil else { throw ValidationError("which experiment? --list names them") }
    guard let out else { throw ValidationError("--out is missing: the experiment's directory") }
    try requirePath("--out", out)
    if anew && known != nil { throw ValidationError("--anew takes no rows, --known gives some: leave one of them out") }
    if tiny && scale == .large { throw ValidationError("--tiny is --scale tiny: leave one of them out") }
  }

  private var usedScale: Scale { tiny ? .tiny : scale }

  func run() throws {
    if list { return try printList() }
    guard let name, let out else { return }
    try requireAlone("experiment")
    var experiment = try experiment(name, out)
    let parts = try chosen(experiment.recipe)
    if dryRun { return try printPlan(experiment, parts) }
    if usedScale == .tiny { printError("tiny: what comes out means nothing, but that all of it runs") }
    var (problems, isStopped): ([String], Bool) = ([], false)
    if !reportOnly {
      let executable = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
      try makeDirectories(out)
      StopSignals.catchAll()
      (problems, isStopped) = try run(&experiment, parts, executable)
    }
    let findings = try ExperimentFindings(experiment)
    try makeDirectories(out)
    try ExperimentReport(findings).write(to: "\(out)/report.html")
    if json { try printJSON(ExperimentAnswer(findings, problems)) } else { show(findings, out) }
    for problem in problems { printError(problem) }
    if isStopped { throw ExitCode.stopped }
    if !problems.isEmpty { throw ExitCode.failure }
  }

  private func experiment(_ name: String, _ out: String) throws -> Experiment {
    let data = data ?? (usedScale == .tiny ? "\(out)/data" : "data")
    let recipe: Recipe
    do { recipe = try Recipe(name, in: recipes, data: data) } catch let error as ExperimentError {
      throw ValidationError("\(error)")
    } catch let error as RunFileError { throw ValidationError("\(error)") }
    let scale =
      switch usedScale {
      case .tiny: recipe.file.tiny
      case .normal: ExperimentFile.Scale()
      case .large: recipe.file.large
      }
    return try Experiment(recipe, scale, in: out, known: anew ? [] : known.map { [$0] } ?? recipe.results)
  }

  private func chosen(_ recipe: Recipe) throws -> [ExperimentFile.Part] {
    let names = recipe.file.parts.map(\.name)
    if let unknown = part.first(where: { !names.contains($0) }) {
      throw ValidationError("\(ExperimentError.noPart(unknown, known: names))")
    }
    // What settings are found with has no control: nothing is claimed of it.
    if shuffled, let tuning = recipe.file.parts.first(where: { part.contains($0.name) && $0.tunes != nil }) {
      throw ValidationError(
        "--shuffled has no control for part \(tuning.name), which finds settings: leave out one of them")
    }
    return recipe.file.parts.filter { (part.isEmpty || part.contains($0.name)) && !(shuffled && $0.tunes != nil) }
  }

  private func run(
    _ experiment: inout Experiment, _ parts: [ExperimentFile.Part], _ executable: String
  ) throws -> (problems: [String], isStopped: Bool) {
    var problems: [String] = []
    for part in parts {
      let file: SweepFile
      do { file = try experiment.sweep(part, shuffled: shuffled) } catch let error as ExperimentError {
        guard case .untuned = error else { throw error }
        problems.append("\(error)")
        continue
      }
      let cells = try experiment.unknown(part, file)
      printError("\(part.name): \(cells.count) of \(file.cells.count) cells to run")
      guard !cells.isEmpty else { continue }
      try experiment.prepare(executable: executable, say: printError)
      let start = Date()
      let outcome = try experiment.run(
        part, file, cells, shuffled: shuffled, jobs: jobs ?? ProcessInfo.processInfo.activeProcessorCount,
        executable: executable, isAskedToStop: { StopSignals.isAsked }
      ) { event in
        let left = Date().timeIntervalSince(start) / Double(event.done) * Double(event.of - event.done)
        let words = event.problem.map { ": \($0)" } ?? ""
        printError("\(part.name) \(event.done) of \(event.of)  \(event.cell.name)\(words)  \(duration(left)) left")
      }
      problems += outcome.problems.map { "\(part.name): \($0)" }
      if outcome.isStopped { return (problems, true) }
    }
    return (problems, false)
  }

  private func printList() throws {
    for name in Recipe.names(in: recipes) {
      let file = try Recipe(name, in: recipes, data: "data").file
      print("\(name): \(file.claim)\n  \(file.time); parts: \(file.parts.map(\.name).joined(separator: ", "))")
    }
    if Recipe.names(in: recipes).isEmpty { throw ValidationError("\(ExperimentError.noRecipe("", known: []))") }
  }

  private func printPlan(_ experiment: Experiment, _ parts: [ExperimentFile.Part]) throws {
    for part in parts {
      do {
        let file = try experiment.sweep(part, shuffled: shuffled)
        print("\(part.name): \(try experiment.unknown(part, file).count) of \(file.cells.count) cells to run")
      } catch ExperimentError.untuned(_, let by, let cells) { print("\(part.name): \(cells) cells, after \(by)") }
    }
    print(experiment.recipe.file.time)
  }

  private func show(_ findings: ExperimentFindings, _ out: String) {
    print("claim: \(findings.recipe.file.claim)\nexpected: \(findings.recipe.file.expected)")
    for part in findings.parts where !part.findings.isEmpty {
      print("\(part.part.title) (\(part.rows.count) of \(part.cells) cells)")
      for finding in part.findings { print("  \(finding.sentence)\n    \(finding.control)") }
    }
    print("verdict: \(findings.verdict)\n\(out)/results.jsonl, \(out)/report.html")
  }
}

import ArgumentParser
import CLIP
import Foundation
import Training

struct PlanCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Says what a run will need of each worker, before it is launched.",
    discussion: """
      Memory and bytes come from the run file alone; seconds need the machine's profile.

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
  @Option(help: "Workers to plan for in detail.") var workers = 1
  @Option(help: "What diagonal bench machine --json printed.") var machine: String?
  @Option(help: "Tokens of a batch's longest captions, end included.") var captionTokens = 21
  @Flag(help: "Print one JSON object.") var json = false

  func validate() throws {
    if workers < 1 { throw ValidationError("--workers is \(workers), expected at least 1") }
    if captionTokens < 2 { throw ValidationError("--caption-tokens is \(captionTokens), expected at least 2") }
  }

  func run() throws {
    let run = try RunFile(reading: runFile, overrides: overrides)
    let planner = try Planner(run, captionTokens: captionTokens)
    let profile = try machine.map { try checked(MachineProfile(path: $0), run, path: $0) }
    let plan = try planner.plan(workers: workers)
    let table = planner.table(upTo: 1024)
    guard json else { return PlanReport(plan, table, profile).show() }
    try printJSON(([plan] + table).map { PlanRow($0, profile) }.asPlan())
  }

  /// A profile that can answer for the run.
  private func checked(_ profile: MachineProfile, _ run: RunFile, path: String) throws -> MachineProfile {
    if run.precision == .bf16 && profile.bf16 == nil { throw MachineProfileError.lacksBF16(path: path) }
    if workers > 1 && profile.wire == nil { throw MachineProfileError.lacksWire(path: path) }
    return profile
  }
}

/// One number of workers.
private struct PlanRow: Encodable {
  let workers: Int
  let chunk: Int
  let lanes: Int
  let memoryBytes: Int
  let parameterBytes: Int
  let gradientBytes: Int
  let momentBytes: Int
  let graphBytes: Int
  let featureBytes: Int
  let pairBytes: Int
  let wireBytes: Int
  let seconds: Double?
  let pairsPerSecond: Double?
  let binds: String?

  init(_ plan: StepPlan, _ profile: MachineProfile?) {
    let (memory, seconds) = (plan.memory, profile.flatMap { plan.seconds(on: $0) })
    (workers, chunk, lanes) = (plan.workers, plan.chunk, plan.lanes)
    (memoryBytes, parameterBytes, gradientBytes) = (memory.total, memory.parameters, memory.gradients)
    (momentBytes, graphBytes, featureBytes) = (memory.moments, memory.graphs, memory.features)
    (pairBytes, wireBytes) = (memory.pairs, plan.wireBytes)
    (self.seconds, binds) = (seconds?.total, seconds?.binds)
    pairsPerSecond = seconds.map { Double(plan.batch) / $0.total }
  }

  enum CodingKeys: String, CodingKey {
    case workers, chunk, lanes, seconds, binds
    case memoryBytes = "memory_bytes"
    case parameterBytes = "parameter_bytes"
    case gradientBytes = "gradient_bytes"
    case momentBytes = "moment_bytes"
    case graphBytes = "graph_bytes"
    case featureBytes = "feature_bytes"
    case pairBytes = "pair_bytes"
    case wireBytes = "wire_bytes"
    case pairsPerSecond = "pairs_per_second"
  }
}

extension [PlanRow] {
  fileprivate func asPlan() -> [String: [PlanRow]] { ["plan": [self[0]], "table": Array(dropFirst())] }
}

/// The plan as a person reads it.
private struct PlanReport {
  private let plan: StepPlan
  private let table: [StepPlan]
  private let profile: MachineProfile?

  init(_ plan: StepPlan, _ table: [StepPlan], _ profile: MachineProfile?) {
    (self.plan, self.table, self.profile) = (plan, table, profile)
  }

  func show() {
    let memory = plan.memory
    print(
      "batch \(plan.batch) in chunks of \(plan.chunk), \(plan.lanes) lanes, \(plan.workers) workers, \(plan.precision), "
        + "\(plan.parameterCount) parameters")
    print("\nmemory of a worker")
    for (name, bytes) in [
      ("parameters", memory.parameters), ("gradients", memory.gradients), ("moments", memory.moments),
      ("graphs (\(plan.chunksKept) of \(plan.batch / plan.workers / plan.chunk) chunks kept)", memory.graphs),
      ("embeddings", memory.features), ("pictures and tokens", memory.pairs), ("together", memory.total),
    ] { print(column(size(bytes), 12) + "  " + name) }
    print("\n" + column(size(plan.wireBytes), 12) + "  on the wire in a step")
    if let seconds = profile.flatMap({ plan.seconds(on: $0) }) { show(seconds) }
    print("\n workers   chunk      memory        wire   seconds   pairs/s  binds")
    for row in table { print(line(row)) }
  }

  private func show(_ seconds: StepPlan.Seconds) {
    print("\na step")
    for (name, value) in [
      ("encoders, forward and backward", seconds.encodeAndBackward), ("gather", seconds.gather), ("loss", seconds.loss),
      ("reduction", seconds.reduce), ("update", seconds.update), ("together", seconds.total),
    ] { print(column(String(format: "%.3f s", value), 12) + "  " + name) }
  }

  private func line(_ row: StepPlan) -> String {
    let seconds = profile.flatMap { row.seconds(on: $0) }
    let time = seconds.map { String(format: "%.3f", $0.total) } ?? "—"
    let rate = seconds.map { String(format: "%.1f", Double(row.batch) / $0.total) } ?? "—"
    return column("\(row.workers)", 8) + column("\(row.chunk)", 8) + column(size(row.memory.total), 12)
      + column(size(row.wireBytes), 12) + column(time) + column(rate) + "  " + (seconds?.binds ?? "—")
  }

  private func size(_ bytes: Int) -> String {
    bytes < 1 << 30
      ? String(format: "%.1f MiB", Double(bytes) / 1048576) : String(format: "%.2f GiB", Double(bytes) / 1073741824)
  }
}

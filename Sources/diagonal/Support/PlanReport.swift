import Foundation
import Planning

/// A plan as a person reads it, and as JSON.
struct PlanReport {
  let plan: StepPlan
  let table: [StepPlan]
  let profile: MachineProfile?
  let captionTokens: Int
  /// Whether there is a teacher, whose encoder is not planned.
  let leavesOutTeacher: Bool

  func show() {
    print(
      "batch \(plan.batch) in chunks of \(plan.chunk), \(plan.workers) workers, captions of \(captionTokens) tokens")
    showMemory()
    showWire()
    showSeconds()
    showTable()
    if leavesOutTeacher { print("\nNot counted: the memory and the time of distillation's teacher.") }
    guard profile == nil else { return }
    print(
      """

      Seconds need this machine's profile:
        mpirun -np 2 diagonal bench machine --json > machine.json
      and --machine machine.json here.
      """)
  }

  private func showMemory() {
    print("\nmemory of a worker")
    let memory = plan.memory
    for (name, bytes) in [
      ("parameters", memory.parameters), ("gradients", memory.gradients), ("moments", memory.moments),
      ("moving average, worker 0's alone", memory.average),
      ("checkpoint being written, worker 0's alone", memory.checkpoint),
      ("graphs, \(plan.chunksKept) of \(plan.chunksPerWorker) chunks kept", memory.graphs),
      ("embeddings", memory.features), ("tiles of similarities", memory.tiles),
      ("pictures and tokens", memory.pairs), ("the program", memory.program), ("together", memory.total),
    ] where bytes > 0 { print(column(size(bytes), 12) + "  " + name) }
  }

  private func showWire() {
    print("\non the wire in a step")
    let traffic = plan.traffic
    for (name, bytes) in [
      ("features", traffic.featureBytes), ("for the loss", traffic.lossBytes), ("gradients", traffic.reductionBytes),
      ("shares of the optimizer", traffic.shareBytes), ("together", traffic.bytes),
    ] where bytes > 0 { print(column(size(bytes), 12) + "  " + name) }
  }

  private func showSeconds() {
    guard let seconds = profile.flatMap({ plan.seconds(on: $0) }) else { return }
    print("\na step's time")
    for (name, value) in [
      ("encoders, forward and backward", seconds.encoders), ("gather", seconds.gather), ("loss", seconds.loss),
      ("reduction", seconds.reduction), ("update", seconds.update), ("together", seconds.total),
    ] { print(column(String(format: "%.3f s", value), 12) + "  " + name) }
    print(column(String(format: "%.1f", Double(plan.batch) / seconds.total), 12) + "  pairs a second")
  }

  private func showTable() {
    print("\n workers   batch   chunk      memory        wire   seconds   pairs/s  binds")
    for row in table { print(line(row)) }
  }

  private func line(_ row: StepPlan) -> String {
    let seconds = profile.flatMap { row.seconds(on: $0) }
    let time = seconds.map { String(format: "%.3f", $0.total) } ?? "–"
    let rate = seconds.map { String(format: "%.1f", Double(row.batch) / $0.total) } ?? "–"
    return column("\(row.workers)", 8) + column("\(row.batch)", 8) + column("\(row.chunk)", 8)
      + column(size(row.memory.total), 12)
      + column(size(row.traffic.bytes), 12) + column(time) + column(rate) + "  " + (seconds?.binds ?? "–")
  }

  private func size(_ bytes: Int) -> String {
    bytes < 1 << 30
      ? String(format: "%.1f MiB", Double(bytes) / 1_048_576)
      : String(format: "%.2f GiB", Double(bytes) / 1_073_741_824)
  }
}

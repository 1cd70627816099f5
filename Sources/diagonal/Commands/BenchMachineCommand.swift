import ArgumentParser
import Collectives
import Planning

struct BenchMachineCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "machine", abstract: "Measures what `diagonal plan` needs to know of this machine; about two minutes.",
    discussion: """
      Start as many workers as a host will run: they share its caches and its memory. Over several hosts the wire is \
      measured across all of them.

      Examples:
        mpirun -np 2 diagonal bench machine --json > machine.json
        diagonal plan launch/runs/emoji.yaml --workers 2 --machine machine.json
      """)

  @Option(help: "Threads of each worker.") var threads = 1
  @Option(help: "Steps to time of each model, after two that warm up.") var steps = 5
  @Flag(help: "Print one JSON object.") var json = false

  func validate() throws {
    try requireCount("--threads", threads, atMost: 4096)
    for (name, value) in [("threads", threads), ("steps", steps)] where value < 1 {
      throw ValidationError("--\(name) is \(value), expected at least 1")
    }
  }

  func run() throws {
    try overMPI { workers in
      guard workers.size.nonzeroBitCount == 1 else {
        throw ValidationError("a machine is measured on 1, 2, 4, 8, … workers, not on \(workers.size)")
      }
      let profile = try MachineBenchmark(threads: threads, steps: steps).run(workers: workers)
      guard workers.rank == 0 else { return }
      if json { try printJSON(profile) } else { profile.show() }
    }
  }
}

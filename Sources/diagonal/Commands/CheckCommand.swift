import ArgumentParser
import Collectives
import Foundation

struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Checks that workers gather, sum and exchange right.",
    discussion: """
      Run it as training will be run, before training: with the same hosts and the same options of mpirun.

      EXAMPLES
        mpirun -np 4 diagonal check         over MPI, 4 processes
        diagonal check --simulate 8         8 threads of one process, without mpirun
      """)

  @Option(help: "Check N workers that are threads of this process, without MPI.")
  var simulate: Int?

  @Option(help: ArgumentHelp("Let this worker fail instead, to see that all end.", visibility: .hidden))
  var failRank: Int?

  func validate() throws {
    try requireCount("--simulate", simulate ?? 1, atMost: 1024)
  }

  func run() throws {
    if let count = simulate {
      try requireAlone("--simulate")
      try Collectives.simulate(workers: count) { try check($0, "over threads") }
    } else {
      try overMPI { world in
        try check(world, "over MPI")
        // Again with calls split in pieces, as vectors of more than 2³⁰ floats are.
        try check(world.duplicate(largestCount: 300_000), "over MPI, long vectors in pieces")
      }
    }
  }

  private func check(_ workers: any Communicator, _ what: String) throws {
    say("Workers: \(workers.size), \(what)", workers)
    for check in CollectiveCheck.all {
      if workers.rank == failRank { throw CheckFailure("worker \(workers.rank) fails, as --fail-rank asks") }
      do { try check.run(workers) } catch let failure as CheckFailure {
        throw CheckFailure("\(check.name): \(failure)")
      }
      // Passed only once all workers have.
      try workers.barrier()
      say("  passed  \(check.name)", workers)
    }
  }

  private func say(_ line: String, _ workers: any Communicator) {
    guard workers.rank == 0 else { return }
    print(line)
    // mpirun tells it as it comes.
    fflush(nil)
  }
}

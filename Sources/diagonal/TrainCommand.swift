import ArgumentParser
import Collectives
import Foundation
import Pairs
import Training

struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Trains a model: one worker here, N under mpirun, or N threads with --simulate.",
    discussion: """
      Examples:
        diagonal train launch/runs/emoji.yaml --out runs/emoji
        mpirun -np 2 diagonal train launch/runs/emoji.yaml --set schedule.steps=500
        diagonal train launch/runs/emoji.yaml --simulate 8
      """)

  @OptionGroup var options: TrainOptions

  func run() throws {
    let run = try options.run()
    if options.printConfig { return print(run.yaml(comments: true), terminator: "") }
    if let simulated = options.simulate { return try trainSimulated(run, workers: simulated) }
    try overMPI { workers in
      let setup = try agreed(workers) { try self.setup(run, workers: workers.size, leads: workers.rank == 0) }
      try Trainer(setup, workers: workers, report: printError).run()
    }
  }

  /// What `make` gives on every worker. Where it fails, the first such worker's error ends all: most errors are the
  /// same everywhere, and read better once than from each worker.
  private func agreed<Made>(_ workers: any Communicator, _ make: () throws -> Made) throws -> Made {
    let made = Result(catching: make)
    let failed: [Float] = if case .failure = made { [1] } else { [0] }
    var allFailed = [Float](repeating: 0, count: workers.size)
    try failed.withUnsafeBufferPointer { failed in
      try allFailed.withUnsafeMutableBufferPointer { try workers.allGather(failed, into: $0) }
    }
    // Waits for that worker's abort.
    if let first = allFailed.firstIndex(of: 1), first != workers.rank { try workers.barrier() }
    return try made.get()
  }

  private func trainSimulated(_ run: RunFile, workers: Int) throws {
    let setup = try setup(run, workers: workers, leads: true)
    try simulate(workers: workers) { try Trainer(setup, workers: $0, report: printError).run() }
  }

  private func setup(_ run: RunFile, workers: Int, leads: Bool) throws -> TrainingSetup {
    let setup = try TrainingSetup(run, workers: workers, directory: options.directory, resume: options.resume) {
      if leads { printError($0) }
    }
    if leads { announce(setup, workers: workers) }
    return setup
  }

  private func announce(_ setup: TrainingSetup, workers: Int) {
    let from = setup.start.map { "from step \($0.state.step) (\($0.path))" } ?? "from the start"
    printError(
      """
      \(setup.source.count) pairs, batch \(setup.run.batch.size) in chunks of \(setup.run.batch.chunk ?? 0), \
      \(setup.run.parallel.lanes ?? 0) lanes on \(workers) workers; \(setup.schedule.steps) steps \(from)
      """)
  }
}

/// A line on standard error.
@Sendable func printError(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }

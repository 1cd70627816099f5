import ArgumentParser
import Collectives
import Engine
import Foundation
import Pairs
import Reports
import Runs
import Settings
import Synchronization
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

      The run's directory gets run.yaml (every setting), history.jsonl (a row a launch), metrics.jsonl (a row a step, see \
      --help-metrics), log.txt and checkpoints; every log.every steps also a row for each worker in workers.jsonl (seconds, \
      hidden ones and memory by phase, seconds and bytes by collective) and one in similarities.jsonl (how many positives \
      and negatives have which cosine), and every evaluation of the run file's list one in evaluations.jsonl. diagonal \
      report and diagonal watch show them.

      TERM, INT, USR1 and USR2 let all workers save after the step in hand and leave with exit code 75; the same command \
      goes on. A second TERM or INT ends the process at once. mpirun itself takes USR1: at its TERM or INT it leaves its \
      workers one second. launch/local, launch/hosts and launch/slurm.sbatch take any of them.
      """)

  @OptionGroup var options: TrainOptions

  func run() throws {
    if options.printConfig { return print(try options.run().yaml(comments: true), terminator: "") }
    if options.helpMetrics { return print(MetricsField.help, terminator: "") }
    StopSignals.catchAll()
    var end = RunEnd.finished
    if let simulated = options.simulate {
      try requireAlone("--simulate")
      end = try trainSimulated(workers: simulated)
    } else {
      // A run file that can't be read is an error that the workers raise together.
      let run = (try? options.run()) ?? RunFile()
      try overMPI(timeoutSeconds: run.parallel.timeoutSeconds) { end = try train($0) }
    }
    // Once MPI has ended on all workers together.
    if case .stopped = end { throw ExitCode.stopped }
  }

  private func train(_ workers: MPICommunicator) throws -> RunEnd {
    let leads = workers.rank == 0
    let run = try agreed(workers) { try options.run() }
    let lock = try agreed(workers) { leads ? try RunLock(options.directory) : nil }
    let found = try agreed(workers) { leads ? try self.start() : nil }
    let start = try agreed(workers) { try RunStart.share(found, among: workers) }
    // Of processors that differ the least decides.
    let prefersBF16 = try workers.sum(Processor.multipliesBF16Faster ? 1 : 0) == Float(workers.size)
    let setup = try agreed(workers) {
      try self.setup(run, workers: workers.size, prefersBF16: prefersBF16, from: start)
    }
    try agreed(workers) { try setup.requireSame(on: workers) }
    if let line = setup.finishedLine {
      if leads { printError(line) }
      return .finished
    }
    let log = try agreed(workers) { leads ? try announce(setup, workers: workers.size) : nil }
    return try withExtendedLifetime(lock) {
      let end = try trainer(setup, workers, log).run()
      if leads { announce(end, log) }
      return end
    }
  }

  private func trainSimulated(workers: Int) throws -> RunEnd {
    let run = try options.run()
    let lock = try RunLock(options.directory)
    let setup = try self.setup(run, workers: workers, from: start())
    if let line = setup.finishedLine {
      printError(line)
      return .finished
    }
    let log = try announce(setup, workers: workers)
    let ends = Mutex(RunEnd.finished)
    try withExtendedLifetime(lock) {
      try simulate(workers: workers) { workers in
        let end = try trainer(setup, workers, log).run()
        if workers.rank == 0 { ends.withLock { $0 = end } }
      }
    }
    let end = ends.withLock { $0 }
    announce(end, log)
    return end
  }

  private func trainer(_ setup: TrainingSetup, _ workers: any Communicator, _ file: LogFile?) throws -> Trainer {
    let report: @Sendable (String) -> Void = { line in
      printError(line)
      file?.append(line)
    }
    return try Trainer(
      setup, workers: workers, onNotFinite: options.onNotFinite, isAskedToStop: { StopSignals.isAsked }, report: report
    ) {
      let (steps, log) = (setup.schedule.steps, setup.run.log)
      var observers: [any RunObserver] = [ProgressLine(steps: steps, every: log.every)]
      if let file { observers.append(ProgressLine(steps: steps, every: log.every, log: file)) }
      if log.tensorboard { observers.append(TensorBoardObserver()) }
      return observers
    }
  }

  private func announce(_ end: RunEnd, _ log: LogFile?) {
    guard case .stopped(let step) = end else { return }
    let line = "stopped on request after step \(step), which is saved: the same command goes on (exit code 75)"
    printError(line)
    log?.append(line)
  }

  private func start() throws -> RunStart? {
    try options.directory.start(options.resume) { printError("passed over a checkpoint: \($0)") }
  }

  private func setup(
    _ run: RunFile, workers: Int, prefersBF16: Bool = Processor.multipliesBF16Faster, from start: RunStart?
  ) throws -> TrainingSetup {
    try options.onNotFinite.check(run.loss)
    return try TrainingSetup(
      run, workers: workers, prefersBF16: prefersBF16, directory: options.directory, start: start,
      indexes: IndexProgress.keeping())
  }

  /// Says what is about to be trained, and opens the log that has it too.
  private func announce(_ setup: TrainingSetup, workers: Int) throws -> LogFile {
    let from = setup.start.map { "from step \($0.state.step) (\($0.path))" } ?? "from the start"
    let line = """
      \(setup.source.count) pairs, batch \(setup.run.batch.size) in chunks of \(setup.run.batch.chunk ?? 0), \
      \(setup.run.parallel.lanes ?? 0) lanes on \(workers) workers, \(setup.run.precision); \
      \(setup.schedule.steps) steps \(from)
      """
    let log = try LogFile(setup.directory.log)
    let alone =
      setup.run.batch.size == 1 ? "a batch of one pair has nothing to tell it from: take a larger batch.size" : nil
    // A run that goes on keeps its batch.
    let lanes = setup.start == nil ? setup.run.laneAdvice : nil
    let more = [setup.changeLine, setup.earlierProblem, lanes, alone, setup.run.precision.detour]
    for line in [line] + setup.modelLines + more.compactMap({ $0 }) {
      printError(line)
      log.append(line)
    }
    return log
  }
}

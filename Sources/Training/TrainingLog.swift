import Foundation

/// What worker 0 writes of a run: its settings, metrics, progress line and checkpoints.
final class TrainingLog {
  private let setup: TrainingSetup
  private let metrics: MetricsWriter
  private let progress: ProgressLine
  /// Checkpoints after the one that the run starts from, passed over or left behind: kept until there is a new one.
  private var outdated: [Int]

  init(_ setup: TrainingSetup) throws {
    let directory = setup.directory
    // Steps of a run that lies elsewhere have their metrics there.
    let own = setup.start.map(directory.owns) ?? false
    let first = setup.start?.state.step ?? 0
    try directory.prepare()
    try replaceFile(directory.runFile, with: Data(setup.run.yaml().utf8))
    self.setup = setup
    metrics = try MetricsWriter(directory.metrics, keepingThrough: own ? first : 0)
    progress = ProgressLine(steps: setup.schedule.steps, every: setup.run.log.every)
    outdated = directory.steps().filter { $0 > first }
  }

  func write(_ row: Metrics) throws {
    try metrics.append(row)
    progress.show(row)
  }

  func save(
    _ step: Int, _ optimizer: Optimizer, _ average: MovingAverage?, _ samples: SampleAverages?
  ) throws {
    let directory = setup.directory
    try Checkpoint.save(
      directory.checkpoint(step), setup.state(after: step), optimizer, setup.tokenizer, average, samples)
    directory.remove(outdated.filter { $0 != step })
    outdated = []
    directory.prune(keep: setup.run.checkpoint.keep)
  }
}

import Engine
import Files
import Foundation
import Settings
import Training

/// What is written of every `log.every`th step and of the last.
struct StepDetails {
  let accounts: [WorkerAccount]
  let similarities: SimilarityHistogram
}

/// What worker 0 writes of a run: its settings, metrics, progress line and checkpoints.
final class TrainingLog {
  private let setup: TrainingSetup
  private let metrics: MetricsWriter
  private let workers: MetricsWriter
  private let similarities: MetricsWriter
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
    workers = try MetricsWriter(directory.workers, keepingThrough: own ? first : 0)
    similarities = try MetricsWriter(directory.similarities, keepingThrough: own ? first : 0)
    progress = ProgressLine(steps: setup.schedule.steps, every: setup.run.log.every)
    outdated = directory.steps().filter { $0 > first }
  }

  func write(_ row: Metrics, _ details: StepDetails?) throws {
    try metrics.append(row)
    for account in details?.accounts ?? [] { try workers.append(line: account.line(step: row.step)) }
    if let details { try similarities.append(line: details.similarities.line(step: row.step)) }
    progress.show(row)
  }

  func save(
    _ step: Int, _ optimizer: Optimizer, moments: (first: Tensor, second: Tensor), _ average: MovingAverage?,
    _ samples: SampleAverages?
  ) throws {
    let directory = setup.directory
    try Checkpoint.save(
      directory.checkpoint(step), setup.state(after: step), optimizer, moments: moments, setup.tokenizer, average,
      samples)
    directory.remove(outdated.filter { $0 != step })
    outdated = []
    directory.prune(keep: setup.run.checkpoint.keep)
  }
}

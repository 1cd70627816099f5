import Foundation
import Pairs
import Training

/// The rows that a run leaves in its directory: of every step, of some steps more, and of what data weren't used.
final class RunRecords: RunObserver {
  private let metrics: MetricsWriter
  private let workers: MetricsWriter
  private let similarities: MetricsWriter
  /// Nil in a run that never evaluated anything.
  private let evaluations: MetricsWriter?
  private let items: MetricsWriter?
  private let skips: SkipWriter
  private var noise: NoiseAverage

  /// Cuts off rows of steps that are about to be made again.
  ///
  /// - Parameter report: is told of rows that can't be read, and of missing ones.
  init(_ setup: TrainingSetup, report: (String) -> Void) throws {
    let directory = setup.directory
    // Steps of a run that lies elsewhere have their metrics there.
    let kept = setup.start.map { directory.owns($0) ? $0.state.step : 0 } ?? 0
    metrics = try MetricsWriter(directory.metrics, keepingThrough: kept, hasEvery: true)
    workers = try MetricsWriter(directory.workers, keepingThrough: kept)
    similarities = try MetricsWriter(directory.similarities, keepingThrough: kept)
    let evaluates = !setup.evaluations.isEmpty || FileManager.default.fileExists(atPath: directory.evaluations)
    evaluations = evaluates ? try MetricsWriter(directory.evaluations, keepingThrough: kept) : nil
    items = evaluates ? try MetricsWriter(directory.evaluationItems, keepingThrough: kept) : nil
    skips = try SkipWriter(directory.skipped)
    for problem in ([metrics, workers, similarities] + [evaluations, items].compactMap { $0 }).flatMap(\.problems) {
      report(problem)
    }
    noise = NoiseAverage(after: directory.metrics)
  }

  func step(_ row: Metrics, _ details: StepDetails?) throws {
    var whole = row
    whole.noiseScale = noise.add(signal: row.gradientSignal, noise: row.gradientNoise)
    try metrics.append(whole)
    for account in details?.accounts ?? [] { try workers.append(line: account.line(step: row.step)) }
    if let found = details?.similarities { try similarities.append(line: found.line(step: row.step)) }
  }

  func evaluated(_ row: EvaluationRow) throws {
    // First, since a run that goes on makes those again that have no row.
    if !row.items.isEmpty { try items?.append(line: EvaluationItems(row).line) }
    try evaluations?.append(line: row.line)
  }

  func skipped(_ sample: SkippedSample) throws { try skips.append(sample) }
}

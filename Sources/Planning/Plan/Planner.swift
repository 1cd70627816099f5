import CLIP
import Engine
import Runs
import Settings
import Training

/// Plans one run for any number of workers.
public struct Planner {
  /// What doesn't depend on their number.
  struct Model {
    let configuration: ModelConfiguration
    let work: EncoderWork
    /// What is kept of a pair's graph.
    let graph: ChunkMemory
    /// The same with captions of the longest kind.
    let longestGraph: ChunkMemory
    let pass: PassMemory
  }

  private let run: RunFile
  private let model: Model
  public let captionTokens: Int

  /// - Parameters:
  ///   - run: with a precision that isn't auto.
  ///   - captionTokens: of a caption in the mean, its end included; no more than the model takes.
  public init(_ run: RunFile, captionTokens: Int) throws {
    self.run = run
    let configuration = try ModelConfiguration(run)
    try run.checkGroups(configuration)
    try run.checkDropout(configuration)
    self.captionTokens = min(captionTokens, configuration.text.contextLength)
    let (element, locks, checkpoints) = (run.precision.element, run.model.locks, run.model.checkpointBlocks)
    let wrong = run.loss.hardNegatives ?? 0
    let work = EncoderWork(
      configuration, locks: locks, element: element, captionTokens: self.captionTokens, hardNegatives: wrong)
    let checkpointed =
      checkpoints
      ? ChunkMemory(
        configuration, element: element, locks: locks, checkpointsBlocks: true, captionTokens: self.captionTokens,
        hardNegatives: wrong) : nil
    model = Model(
      configuration: configuration, work: work, graph: checkpointed ?? work.memory,
      longestGraph: ChunkMemory(configuration, element: element, locks: locks, checkpointsBlocks: checkpoints),
      pass: PassMemory(
        configuration, element: element, locks: locks, checkpointsBlocks: checkpoints,
        captionTokens: self.captionTokens,
        hardNegatives: wrong))
  }

  /// - Throws: `RunFileError` where the run can't be split over so many workers.
  public func plan(workers: Int) throws -> StepPlan {
    try plan(TrainingSetup.resolved(run, workers: workers, resuming: nil), workers: workers)
  }

  private func plan(_ resolved: RunFile, workers: Int) throws -> StepPlan {
    try resolved.checkStatistics(model.configuration)
    return StepPlan(resolved, model, workers: workers)
  }

  /// The run on 1, 2, 4, … workers, as far as it can be split. Chunks shrink where a worker's share does.
  ///
  /// - Parameter pairsPerWorker: nil for the same batch on all; else the batch grows with the workers.
  public func table(upTo most: Int, chunk: Int, pairsPerWorker: Int? = nil) -> [StepPlan] {
    (0..<Int.bitWidth - most.leadingZeroBitCount).compactMap { power in
      let workers = 1 << power
      var spread = run
      spread.batch.size = pairsPerWorker.map { $0 * workers } ?? run.batch.size
      let share = spread.batch.size / workers
      guard share * workers == spread.batch.size else { return nil }
      spread.batch.chunk = (1...chunk).last { share % $0 == 0 }
      return try? plan(spread.resolved(workers: workers), workers: workers)
    }
  }
}

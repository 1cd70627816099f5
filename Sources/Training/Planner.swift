import CLIP

/// Plans one run for any number of workers.
public struct Planner {
  private let run: RunFile
  private let configuration: ModelConfiguration
  private let parameterCount: Int
  private let captionTokens: Int

  public init(_ run: RunFile, captionTokens: Int) throws {
    self.run = run
    self.captionTokens = captionTokens
    configuration = try TrainingSetup.configuration(run)
    parameterCount = configuration.parameterCount
  }

  /// - Throws: `RunFileError` where the run can't be split over so many workers.
  public func plan(workers: Int) throws(RunFileError) -> StepPlan {
    let run = try run.resolved(workers: workers)
    return plan(workers: workers, chunk: run.batch.chunk ?? 1, lanes: run.parallel.lanes ?? 1)
  }

  /// For 1, 2, 4, … workers, as many as the batch has pairs for; chunks shrink where a worker's share does.
  public func table(upTo most: Int) -> [StepPlan] {
    let chunk = run.batch.chunk ?? defaultChunk(batch: run.batch.size)
    let counts = (0...most.bitWidth - 1 - most.leadingZeroBitCount).map { 1 << $0 }
    return counts.filter { run.batch.size % $0 == 0 }.map { workers in
      let fitting = (1...chunk).last { run.batch.size / workers % $0 == 0 } ?? 1
      let chunks = run.batch.size / fitting
      return plan(
        workers: workers, chunk: fitting, lanes: run.parallel.lanes ?? defaultLanes(chunks: chunks, workers: workers))
    }
  }

  private func plan(workers: Int, chunk: Int, lanes: Int) -> StepPlan {
    StepPlan(
      configuration: configuration, parameterCount: parameterCount, batch: run.batch.size, chunk: chunk,
      workers: workers, lanes: lanes, precision: run.precision, graphBudget: graphBudget, captionTokens: captionTokens)
  }

  private var graphBudget: Int? {
    switch run.batch.keepGraphs {
    case .always: nil
    case .never: 0
    case .auto: run.batch.memoryBudget.bytes
    }
  }
}

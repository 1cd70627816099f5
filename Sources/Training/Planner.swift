import CLIP
import Engine

/// Plans one run for any number of workers.
public struct Planner {
  /// What doesn't depend on their number.
  struct Model {
    let configuration: ModelConfiguration
    let work: EncoderWork
    let pass: PassMemory
  }

  private let run: RunFile
  private let model: Model
  public let captionTokens: Int

  /// - Parameter captionTokens: of a chunk's longest caption, its end included; no more than the model takes.
  public init(_ run: RunFile, captionTokens: Int) throws {
    self.run = run
    let configuration = try TrainingSetup.configuration(run)
    try run.checkGroups(configuration)
    self.captionTokens = min(captionTokens, configuration.text.contextLength)
    let (element, locks) = (run.precision == .bf16 ? Element.bf16 : .f32, run.model.locks)
    model = Model(
      configuration: configuration,
      work: EncoderWork(configuration, locks: locks, element: element, captionTokens: self.captionTokens),
      pass: PassMemory(configuration, element: element, locks: locks, captionTokens: self.captionTokens))
  }

  /// - Throws: `RunFileError` where the run can't be split over so many workers.
  public func plan(workers: Int) throws -> StepPlan {
    StepPlan(try TrainingSetup.resolved(run, workers: workers, resuming: nil), model, workers: workers)
  }

  /// The same batch on 1, 2, 4, … workers, as many as there are ways to split it. Chunks shrink where a worker's share does.
  public func table(upTo most: Int, chunk: Int) -> [StepPlan] {
    let counts = (0..<Int.bitWidth - most.leadingZeroBitCount).map { 1 << $0 }
    return counts.filter { run.batch.size % $0 == 0 }.compactMap { workers in
      var fitting = run
      fitting.batch.chunk = (1...chunk).last { run.batch.size / workers % $0 == 0 }
      return (try? fitting.resolved(workers: workers)).map { StepPlan($0, model, workers: workers) }
    }
  }
}

import Pairs
import Training

/// Whoever watches a run: its records, a line on the terminal, a report.
///
/// All calls come on worker 0's thread, between steps, and hand out what is there anyway: an observer changes no bits.
/// One that throws ends the run.
public protocol RunObserver: AnyObject {
  /// The run is about to make its first step, or to end where none is left.
  func started(_ setup: TrainingSetup) throws
  /// A step is done.
  ///
  /// - Parameter details: of every `log.every`th step and of the last.
  func step(_ row: Metrics, _ details: StepDetails?) throws
  /// An evaluation was made after the step that was told last, or after the one that the run goes on from.
  func evaluated(_ row: EvaluationRow) throws
  /// A checkpoint lies whole in its place.
  func saved(_ checkpoint: String, step: Int) throws
  /// A pair can't be used, or not all of it. Each that any worker meets is named once: those that are known from the
  /// start before the first step, and others before the next step with details is told.
  func skipped(_ sample: SkippedSample) throws
  /// All steps are done, and all is saved.
  func finished() throws
}

extension RunObserver {
  public func started(_ setup: TrainingSetup) throws {}
  public func step(_ row: Metrics, _ details: StepDetails?) throws {}
  public func evaluated(_ row: EvaluationRow) throws {}
  public func saved(_ checkpoint: String, step: Int) throws {}
  public func skipped(_ sample: SkippedSample) throws {}
  public func finished() throws {}
}

/// What is known of every `log.every`th step and of the last beyond its row.
public struct StepDetails: Sendable {
  /// Everybody's, in rank order.
  public let accounts: [WorkerAccount]
  public let similarities: SimilarityHistogram?
}

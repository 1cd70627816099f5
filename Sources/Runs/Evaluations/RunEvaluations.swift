import CLIP
import Collectives
import Engine
import Evaluation
import Pairs
import Settings
import Training

/// What one worker does of a run's evaluations, and what they mean for the run. All workers know the same.
final class RunEvaluations {
  private let setup: TrainingSetup
  private let workers: any Communicator
  private var stopping: MetricHistory?
  private var tracked: MetricHistory?
  /// Names of the evaluations that the step which the run goes on from has already.
  private let done: Set<String>
  /// Whether the checkpoint that the run goes on from is one of its own: another run's can't be its best.
  private let startIsOwn: Bool
  /// The average's parameters as a model, on every worker; nil until one is measured.
  private var averaged: CLIPModel?

  /// Called by all workers, after worker 0 has cut the rows off that are about to be made again.
  init(_ setup: TrainingSetup, _ workers: any Communicator) throws {
    startIsOwn = setup.start.map(setup.directory.owns) ?? false
    let first = startIsOwn ? setup.start?.state.step ?? 0 : 0
    let mine = workers.rank == 0 && first > 0 ? setup.directory.evaluationRows(through: first) : []
    let rows = setup.evaluations.isEmpty ? [] : try workers.shared(mine)
    (self.setup, self.workers) = (setup, workers)
    done = Set(rows.filter { $0.step == first }.map(\.name))
    // What is no longer kept can't be the best that is.
    let kept = Set(rows.isEmpty ? [] : try workers.shared(workers.rank == 0 ? setup.directory.steps() : []))
    tracked = setup.run.checkpoint.best.map { MetricHistory($0, rows.filter { kept.contains($0.step) }) }
    stopping = setup.run.schedule.stopWhen.map { MetricHistory($0, rows) }
  }

  /// The step with the best checkpoint so far.
  var bestStep: Int? { tracked?.best?.step }

  /// Why the run is to end before its length; nil while it isn't.
  var stopLine: String? {
    guard let stopping, stopping.sinceBest >= setup.run.schedule.patience else { return nil }
    return "stops here: schedule.stop_when \(stopping.words ?? stopping.metric.text) was followed by "
      + "\(stopping.sinceBest) evaluations that were no better (schedule.patience \(setup.run.schedule.patience))"
  }

  /// What is said in the end of the checkpoint that was best.
  var bestLine: String? {
    tracked?.words.map { "best: \($0), kept as \(setup.directory.path)@best" }
  }

  /// Makes what is due after a step. Called by all workers.
  ///
  /// - Parameters:
  ///   - model: the run's.
  ///   - average: worker 0's, which alone has one.
  ///   - isResumed: whether it is the step that the run goes on from, some of whose evaluations may have been made.
  /// - Returns: a row each.
  func made(
    after step: Int, _ model: CLIPModel, _ average: ParameterAverage?, isResumed: Bool = false
  ) throws -> [EvaluationRow] {
    let due = setup.evaluations.filter {
      $0.isDue(step, of: setup.schedule.steps) && !(isResumed && done.contains($0.name))
    }
    return try due.map { item in
      let start = ContinuousClock.now
      let measured = item.of == .average ? try averagedModel(average) : model
      var encoders = try Encoders(model: measured, tokenizer: setup.tokenizer)
      (encoders.bounds.picturePixels, encoders.bounds.skipLimit) = (
        setup.run.data.picturePixels, setup.run.data.skipLimit
      )
      encoders.background = PictureBackground(setup.run.data.transparency)
      let others = item.others
      let context = EvaluationContext(encoders, over: workers) { name in
        guard let source = others[name] else { throw EvaluationError.unreadable(path: name, reason: "it isn't open") }
        return source
      }
      let result = try item.result(context)
      let row = EvaluationRow(item, step: step, result, seconds: (ContinuousClock.now - start).seconds)
      if !isResumed || startIsOwn { tracked?.add(row) }
      stopping?.add(row)
      return row
    }
  }

  /// A model with worker 0's averages, on every worker.
  private func averagedModel(_ average: ParameterAverage?) throws -> CLIPModel {
    let run = setup.run
    let model = averaged ?? CLIPModel(setup.configuration, preprocessing: setup.preprocessing, locks: run.model.locks)
    if averaged == nil { model.parameters.store(as: run.precision.element) }
    averaged = model
    if let average { model.parameters.values.set(average.values) }
    try workers.broadcast(model.parameters.values.buffer, from: 0)
    model.parameters.valuesChanged()
    return model
  }
}

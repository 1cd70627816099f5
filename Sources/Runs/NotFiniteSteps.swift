import Collectives
import Pairs
import Settings
import Training

/// What a run does at a step whose numbers aren't finite.
public enum OnNotFinite: String, Sendable, CaseIterable {
  /// It ends before the update.
  case stop
  /// It leaves the update out and goes on.
  case skip

  /// Throws where a step can't be left out: the moving averages of a global contrastive loss have taken its numbers in
  /// before the gradient is known.
  public func check(_ loss: LossSection) throws(TrainingError) {
    if self == .skip, loss.kind == .globalContrastive { throw .skipsWithAverages }
  }
}

/// Says, on all workers alike, what of a step isn't finite.
struct NotFiniteSteps {
  let setup: TrainingSetup
  let plan: BatchPlan
  let workers: any Communicator
  /// Steps left out so far.
  private(set) var skipped = 0

  init(_ setup: TrainingSetup, _ plan: BatchPlan, _ workers: any Communicator) {
    (self.setup, self.plan, self.workers) = (setup, plan, workers)
  }

  /// Called by all workers: whose features these are.
  ///
  /// - Parameter samples: of this worker's rows of the step.
  func error(_ found: NotFiniteFeatures, _ samples: [Int], step: Int) throws -> TrainingError {
    let mine = [("pictures", found.images), ("texts", found.texts)].compactMap { kind, rows in
      named(kind, rows.filter(plan.myRows.contains).map { $0 - plan.myRows.lowerBound }, samples)
    }
    let all = try workers.gathered(mine.joined(separator: ", and "))
    let words = all.indices.filter { !all[$0].isEmpty }.map { "worker \($0): \(all[$0])" }
    return error("features are not finite (\(words.joined(separator: "; ")))", step)
  }

  /// Called by all workers: what of the loss and the gradient isn't finite, nil where both are.
  func error(_ outcome: TrainingStep.Outcome, _ update: Optimizer.Update, step: Int) throws -> TrainingError? {
    if outcome.loss.isFinite, outcome.norms?.whole.isFinite == true { return nil }
    let tensors = try workers.gathered(update.notFinite ?? "")
    guard outcome.loss.isFinite else { return error("the loss is not finite", step) }
    return error("the gradient\(tensors.first { !$0.isEmpty }.map { " of \($0)" } ?? "") is not finite", step)
  }

  /// Counts a step that is left out, and says so.
  mutating func skip(_ error: TrainingError) -> String {
    skipped += 1
    return "\(error.notFiniteFact ?? "\(error)"): its update is left out (\(skipped) so far)"
  }

  private func error(_ what: String, _ step: Int) -> TrainingError {
    .notFinite(what: what, step: step, isFirst: step == 1)
  }

  private func named(_ kind: String, _ rows: [Int], _ samples: [Int]) -> String? {
    guard !rows.isEmpty else { return nil }
    let keys = rows.prefix(3).map { "\(setup.source.location(of: samples[$0]).key)" }
    let more = rows.count > keys.count ? " and \(rows.count - keys.count) more" : ""
    return "\(kind) of \(keys.joined(separator: ", "))\(more)"
  }
}

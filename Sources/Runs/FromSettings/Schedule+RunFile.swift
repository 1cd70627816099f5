import Settings
import Training

extension Schedule {
  /// The schedule of a run over `pairs` training pairs. An epoch's last batch may reach into the next epoch, so the
  /// run is the whole number of batches that covers `epochs`.
  public init(_ run: RunFile, pairs: Int) {
    precondition(pairs > 0, "schedule: \(pairs) pairs")
    let samples = Double(pairs) * (run.schedule.epochs ?? ScheduleSection.usualEpochs)
    let steps = run.schedule.steps ?? max(1, Int((samples / Double(run.batch.size)).rounded(.up)))
    let warmup = run.schedule.warmupSteps ?? Int((run.schedule.warmup * Double(steps)).rounded())
    self.init(
      steps: steps, warmupSteps: warmup, peak: run.optimizer.learningRate, final: run.schedule.finalLearningRate)
  }
}

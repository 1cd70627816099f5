import Settings
import Training

extension Schedule {
  /// The schedule of a run over `pairs` training pairs. An epoch's last batch may reach into the next epoch, so the
  /// run is the whole number of batches that covers `epochs`.
  public init(_ run: RunFile, pairs: Int) {
    precondition(pairs > 0, "schedule: \(pairs) pairs")
    let epochs = run.schedule.epochs ?? ScheduleSection.usualEpochs
    let samples = run.schedule.samples.map(Double.init) ?? Double(pairs) * epochs
    let steps = run.schedule.steps ?? max(1, Int((samples / Double(run.batch.size)).rounded(.up)))
    let warmup = run.schedule.warmupSteps ?? Int((run.schedule.warmup * Double(steps)).rounded())
    self.init(
      steps: steps, warmupSteps: warmup, peak: run.optimizer.peak(batch: run.batch.size),
      final: run.schedule.finalLearningRate, form: Form(run.schedule, steps: steps))
  }
}

extension Schedule.Form {
  init(_ section: ScheduleSection, steps: Int) {
    self =
      switch section.kind {
      case .cosine: .cosine
      case .linear: .linear
      case .constant: .constant
      case .cooldown:
        .cooldown(steps: Int((section.cooldown * Double(steps)).rounded()), power: section.cooldownPower)
      }
  }
}

/// `schedule`: how long a run is, and how its learning rate rises and falls.
public struct ScheduleSection: Sendable {
  public var steps: Int?
  public var epochs: Double?
  public var warmup = 0.05
  public var warmupSteps: Int?
  public var kind = ScheduleKind.cosine
  public var finalLearningRate = 0.0

  /// Passes over the data where neither their number nor that of steps is given.
  package static let usualEpochs = 32.0
}

public enum ScheduleKind: String, Sendable, CaseIterable, SettingValue { case cosine }

extension ScheduleSection {
  static let keys: [RunFileKey] = [
    RunFileKey(
      "schedule.steps", \.schedule.steps, .mayChange, "length of the run in batches; or set epochs",
      must: Limit("lie in 1…1e9, or be null") { $0.map { (1...1_000_000_000).contains($0) } ?? true }),
    RunFileKey(
      "schedule.epochs", \.schedule.epochs, .mayChange, "length in passes over the data; 32 where steps is null too",
      must: Limit("be above 0 and at most 1e9, or null") { $0.map { $0 > 0 && $0 <= 1e9 } ?? true }),
    RunFileKey(
      "schedule.warmup", \.schedule.warmup, .mayChange, "share of the run with a rising learning rate", must: .share),
    RunFileKey(
      "schedule.warmup_steps", \.schedule.warmupSteps, .mayChange,
      "the same in steps; takes the place of warmup when set",
      must: Limit("not be negative") { $0.map { $0 >= 0 } ?? true }),
    RunFileKey("schedule.kind", \.schedule.kind, .mayChange, "how the learning rate falls after warmup"),
    RunFileKey(
      "schedule.final_learning_rate", \.schedule.finalLearningRate, .mayChange, "where it ends", must: .notNegative),
  ]

  /// Throws where the length is given twice.
  func check() throws(RunFileError) {
    if steps != nil && epochs != nil { throw .bothSet("schedule.steps", "schedule.epochs") }
  }
}

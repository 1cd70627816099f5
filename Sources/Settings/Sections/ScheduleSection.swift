/// `schedule`: how long a run is, and how its learning rate rises and falls.
public struct ScheduleSection: Sendable {
  public var steps: Int?
  public var epochs: Double?
  public var samples: Int?
  public var warmup = 0.05
  public var warmupSteps: Int?
  public var kind = ScheduleKind.cosine
  public var finalLearningRate = 0.0
  public var cooldown = 0.2
  public var cooldownPower = 1.0
  public var stopWhen: MetricReference?
  public var patience = 10

  /// Passes over the data where neither their number nor that of steps is given.
  package static let usualEpochs = 32.0
}

public enum ScheduleKind: String, Sendable, CaseIterable, SettingValue {
  case cosine, linear, constant
  /// Constant, then down to the end.
  case cooldown
}

extension ScheduleSection {
  static let keys: [RunFileKey] = [
    RunFileKey(
      "schedule.steps", \.schedule.steps, .mayChange, "length of the run in batches; or set epochs or samples",
      must: Limit("lie in 1…1e9, or be null") { $0.map { (1...1_000_000_000).contains($0) } ?? true }),
    RunFileKey(
      "schedule.epochs", \.schedule.epochs, .mayChange, "length in passes over the data; 32 where nothing else says it",
      must: Limit("be above 0 and at most 1e9, or null") { $0.map { $0 > 0 && $0 <= 1e9 } ?? true }),
    RunFileKey(
      "schedule.samples", \.schedule.samples, .mayChange, "length in pairs seen, whatever the batch",
      must: Limit("lie in 1…1e15, or be null") { $0.map { (1...1_000_000_000_000_000).contains($0) } ?? true }),
    RunFileKey(
      "schedule.warmup", \.schedule.warmup, .mayChange, "share of the run with a rising learning rate", must: .share),
    RunFileKey(
      "schedule.warmup_steps", \.schedule.warmupSteps, .mayChange,
      "the same in steps; takes the place of warmup when set",
      must: Limit("not be negative") { $0.map { $0 >= 0 } ?? true }),
    RunFileKey(
      "schedule.kind", \.schedule.kind, .mayChange,
      "after warmup the learning rate falls by half a cosine, falls in a line, stays constant, or stays until its cooldown"
    ),
    RunFileKey(
      "schedule.final_learning_rate", \.schedule.finalLearningRate, .mayChange,
      "where it ends: the floor of a fall; nothing to constant",
      must: .notNegative),
    RunFileKey(
      "schedule.cooldown", \.schedule.cooldown, .mayChange,
      "kind cooldown: share of the run, at its end, in which the learning rate falls", must: .share),
    RunFileKey(
      "schedule.cooldown_power", \.schedule.cooldownPower, .mayChange,
      "kind cooldown: it falls by (1 − t)^this; 1: in a line", must: .positive),
    RunFileKey(
      "schedule.stop_when", \.schedule.stopWhen, .mayChange,
      "the run ends where this number of an evaluation has been no better for patience evaluations; null: at its length"
    ),
    RunFileKey(
      "schedule.patience", \.schedule.patience, .mayChange, "evaluations, for stop_when", must: .count),
  ]

  /// Throws where the length is given twice.
  func check() throws(RunFileError) {
    let lengths = [("steps", steps != nil), ("epochs", epochs != nil), ("samples", samples != nil)].filter(\.1)
    if lengths.count > 1 { throw .bothSet("schedule.\(lengths[0].0)", "schedule.\(lengths[1].0)") }
  }
}

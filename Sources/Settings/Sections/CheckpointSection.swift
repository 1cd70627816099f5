/// `checkpoint`: when a run is saved, and what of that is kept.
public struct CheckpointSection: Sendable {
  public var every = 1000
  public var minutes: Double? = 10
  public var keep: Int? = 3
  public var keepEvery: Int?
  public var best: MetricReference?
}

extension CheckpointSection {
  static let keys: [RunFileKey] = [
    RunFileKey("checkpoint.every", \.checkpoint.every, .free, "steps; the last step is always saved", must: .count),
    RunFileKey(
      "checkpoint.minutes", \.checkpoint.minutes, .free,
      "the most that pass without a save, whatever every says; null: any number",
      must: Limit("be above 0, or null") { $0.map { $0 > 0 } ?? true }),
    RunFileKey("checkpoint.keep", \.checkpoint.keep, .free, "the newest so many; null: all", must: .countOrNull),
    RunFileKey(
      "checkpoint.keep_every", \.checkpoint.keepEvery, .free,
      "those of every so many steps stay besides; null: none", must: .countOrNull),
    RunFileKey(
      "checkpoint.best", \.checkpoint.best, .free,
      "the checkpoint at which this number of an evaluation was best is saved and stays, as RUN@best; null: none"),
  ]
}

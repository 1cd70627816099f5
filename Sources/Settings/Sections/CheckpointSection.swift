/// `checkpoint`: when a run is saved, and what of that is kept.
public struct CheckpointSection: Sendable {
  public var every = 1000
  public var keep: Int? = 3
}

extension CheckpointSection {
  static let keys: [RunFileKey] = [
    RunFileKey("checkpoint.every", \.checkpoint.every, .free, "steps; the last step is always saved", must: .count),
    RunFileKey("checkpoint.keep", \.checkpoint.keep, .free, "the newest so many; null: all", must: .countOrNull),
  ]
}

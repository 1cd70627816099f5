/// `log`: how often a run says how it goes.
public struct LogSection: Sendable {
  public var every = 100
  public var tensorboard = false
}

extension LogSection {
  static let keys: [RunFileKey] = [
    RunFileKey(
      "log.every", \.log.every, .free,
      "steps between lines where there is no terminal, at most, and between rows of workers.jsonl, similarities.jsonl",
      must: .count),
    RunFileKey(
      "log.tensorboard", \.log.tensorboard, .free,
      "also writes metrics, cosines, settings and sample pictures for TensorBoard, to tensorboard/ of the run's directory"
    ),
  ]
}

/// `log`: how often a run says how it goes.
public struct LogSection: Sendable {
  public var every = 100
}

extension LogSection {
  static let keys: [RunFileKey] = [
    RunFileKey(
      "log.every", \.log.every, .free,
      "steps between lines where there is no terminal, and between rows of workers.jsonl, similarities.jsonl",
      must: .count)
  ]
}

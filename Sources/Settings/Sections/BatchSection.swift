/// `batch`: how many pairs a step takes, and how many of them at a time.
public struct BatchSection: Sendable {
  /// B, the global batch.
  public var size = 64
  /// c, pairs encoded at a time. Never nil once resolved.
  public var chunk: Int?
  public var keepGraphs = KeepGraphs.auto
  public var memoryBudget = ByteCount(2 << 30)
  public var diversity = Diversity()
}

public enum KeepGraphs: String, Sendable, CaseIterable, SettingValue { case auto, always, never }

extension BatchSection {
  static let keys: [RunFileKey] = [
    RunFileKey("batch.size", \.batch.size, .fixed, "B, pairs in the global batch", must: .batch),
    RunFileKey(
      "batch.chunk", \.batch.chunk, .fixed,
      "c, pairs encoded at a time; auto: the largest divisor of B up to B/8, or B/N on more than 8 workers, whose graph "
        + "fits memory_budget",
      must: .countOrNull),
    RunFileKey(
      "batch.keep_graphs", \.batch.keepGraphs, .free,
      "auto: while they fit memory_budget; never: encode again for backward (same bits, less memory, slower)"),
    RunFileKey(
      "batch.memory_budget", \.batch.memoryBudget, .free,
      "per worker, for a chunk's graph and for kept ones: bytes, 512MiB, 4GiB",
      must: Limit("not be negative") { $0.bytes >= 0 }),
    Diversity.key,
  ]
}

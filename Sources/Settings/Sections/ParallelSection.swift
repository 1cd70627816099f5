/// `parallel`: how workers share a run.
public struct ParallelSection: Sendable {
  /// L. Never nil once resolved.
  public var lanes: Int?
  public var reduction = ReductionKind.exact
  public var overlap = true
  public var shardOptimizer = false
  public var threads = 1
  /// The default ends a run within 30 seconds, the launcher's part included.
  public var timeoutSeconds: Int? = 20
}

/// The order in which sums over workers are made.
public enum ReductionKind: String, Sendable, CaseIterable, SettingValue { case exact, fast }

extension ParallelSection {
  static let keys: [RunFileKey] = [
    RunFileKey(
      "parallel.lanes", \.parallel.lanes, .fixed,
      "L, partial sums that make results equal on any N ≤ L workers; null: a power of two, usually 8",
      must: .powerOfTwoOrNull),
    RunFileKey(
      "parallel.reduction", \.parallel.reduction, .fixed,
      "exact: same bits on 1, 2, 4, … L workers; fast: any N, MPI's order"),
    RunFileKey(
      "parallel.overlap", \.parallel.overlap, .free,
      "gather and reduce in the background, while workers compute (same bits)"),
    RunFileKey(
      "parallel.shard_optimizer", \.parallel.shardOptimizer, .free,
      "each worker keeps and applies its share of AdamW's moments (same bits, less memory)"),
    RunFileKey(
      "parallel.threads", \.parallel.threads, .mayChange, "per worker; part of what makes bits equal", must: .threads),
    RunFileKey(
      "parallel.timeout_seconds", \.parallel.timeoutSeconds, .free,
      "silence after which a stopped worker ends the run (a busy one isn't silent); null: never",
      must: Limit("be at least 3, or null") { $0.map { $0 >= 3 } ?? true }),
  ]
}

/// `ema`: the parameters' average over the steps.
public struct AverageSection: Sendable {
  /// Nil for no average.
  public var decay: Double?
}

extension AverageSection {
  static let keys: [RunFileKey] = [
    RunFileKey(
      "ema.decay", \.ema.decay, .mayChange,
      "d of the parameters' average d·average + (1 − d)·values, saved as each checkpoint's ema/; null: none",
      must: .decayOrNull)
  ]
}

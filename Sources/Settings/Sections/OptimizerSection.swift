/// `optimizer`: AdamW.
public struct OptimizerSection: Sendable {
  public var learningRate = 5e-4
  public var beta1 = 0.9
  public var beta2 = 0.98
  public var epsilon = 1e-6
  public var weightDecay = 0.2
  public var clipNorm: Double?
}

extension OptimizerSection {
  static let keys: [RunFileKey] = [
    RunFileKey("optimizer.learning_rate", \.optimizer.learningRate, .mayChange, "peak", must: .notNegative),
    RunFileKey("optimizer.beta1", \.optimizer.beta1, .mayChange, "AdamW: decay of the mean gradient", must: .decay),
    RunFileKey(
      "optimizer.beta2", \.optimizer.beta2, .mayChange, "AdamW: decay of the mean squared gradient", must: .decay),
    RunFileKey(
      "optimizer.epsilon", \.optimizer.epsilon, .mayChange, "AdamW: keeps the quotient finite", must: .positive),
    RunFileKey(
      "optimizer.weight_decay", \.optimizer.weightDecay, .mayChange,
      "decoupled; not on gains, biases, positions, logit_scale",
      must: .notNegative),
    RunFileKey(
      "optimizer.clip_norm", \.optimizer.clipNorm, .mayChange,
      "largest global gradient norm; null: no clipping, so gradients needn't be held until all are there",
      must: Limit("be above 0 or null") { $0.map { $0 > 0 } ?? true }),
  ]
}

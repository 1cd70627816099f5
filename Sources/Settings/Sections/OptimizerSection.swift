/// `optimizer`: AdamW.
public struct OptimizerSection: Sendable {
  public var learningRate = 5e-4
  public var beta1 = 0.9
  public var beta2 = 0.98
  public var epsilon = 1e-6
  public var weightDecay = 0.2
  public var clipNorm: Double?
  public var layerDecay: Double?
  public var scaleWithBatch = BatchScaling.none
  public var referenceBatch = 256

  /// The learning rate's peak for a batch: the one that is set, or scaled from the batch that it is meant for.
  package func peak(batch: Int) -> Double {
    let ratio = Double(batch) / Double(referenceBatch)
    return switch scaleWithBatch {
    case .none: learningRate
    case .sqrt: learningRate * ratio.squareRoot()
    case .linear: learningRate * ratio
    }
  }
}

/// How the learning rate grows with the batch.
public enum BatchScaling: String, Sendable, CaseIterable, SettingValue { case none, sqrt, linear }

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
    RunFileKey(
      "optimizer.layer_decay", \.optimizer.layerDecay, .mayChange,
      "each layer learns at the rate of the one above it by this factor, from the projection down to the embeddings; "
        + "null: all alike",
      must: Limit("be above 0 and at most 1, or null") { $0.map { $0 > 0 && $0 <= 1 } ?? true }),
    RunFileKey(
      "optimizer.scale_with_batch", \.optimizer.scaleWithBatch, .mayChange,
      "learning_rate is for a batch of reference_batch, and grows with the batch's square root or with the batch"),
    RunFileKey(
      "optimizer.reference_batch", \.optimizer.referenceBatch, .mayChange, "for scale_with_batch", must: .count),
  ]
}

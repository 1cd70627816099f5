/// `loss`: what is minimized over the pairs of the batch.
public struct LossSection: Sendable {
  public var kind = LossKind.softmax
  /// The scale itself; the parameter `logit_scale` holds its logarithm. nil: the model's, else OpenCLIP's of the kind.
  public var logitScaleInit: Double?
  public var logitScaleMax = 100.0
  public var logitBiasInit: Double?
  public var temperature = TemperatureRule.learned
  public var duplicates = DuplicateRule.negative
  public var negatives: Int?
  public var hardNegatives: Int?
  public var gamma = 0.2
  public var gammaDecayEpochs: Int?
  public var epsilon = 1e-14
  public var rho: Double?

  public init() {}
}

public enum LossKind: String, Sendable, CaseIterable, SettingValue {
  case softmax, decoupled, sigmoid
  case globalContrastive = "global_contrastive"
}

public enum TemperatureRule: String, Sendable, CaseIterable, SettingValue { case learned, constant }

/// What others of the batch with a row's caption or picture are to it.
public enum DuplicateRule: String, Sendable, CaseIterable, SettingValue { case negative, positive, ignore }

extension LossSection {
  static let keys: [RunFileKey] = [
    RunFileKey(
      "loss.kind", \.loss.kind, .fixed,
      "softmax over rows and columns (CLIP); decoupled: without a row's own pair in its denominator (DCL); sigmoid of each "
        + "pair (SigLIP); global_contrastive: moving averages over the data set for each sample (SogCLR, FastCLIP)"),
    RunFileKey(
      "loss.logit_scale_init", \.loss.logitScaleInit, .mayChange,
      "factor on the cosines at the start (not its logarithm); null: the model's init_logit_scale, else 1/0.07, "
        + "10 for sigmoid",
      must: Limit("be at least 1, or null") { $0.map { $0 >= 1 } ?? true }),
    RunFileKey(
      "loss.logit_scale_max", \.loss.logitScaleMax, .mayChange, "the factor never exceeds this, nor falls below 1",
      must: Limit("be at least 1") { $0 >= 1 }),
    RunFileKey(
      "loss.logit_bias_init", \.loss.logitBiasInit, .mayChange,
      "added to all logits at the start, in a model with init_logit_bias; null: -10 for sigmoid, else the model's own"),
    RunFileKey(
      "loss.temperature", \.loss.temperature, .mayChange, "constant: the factor stays what it is at the start"),
    RunFileKey(
      "loss.duplicates", \.loss.duplicates, .mayChange,
      "others in the batch with a row's caption or picture: negative as all others, positive, or ignore them"),
    RunFileKey(
      "loss.negatives", \.loss.negatives, .mayChange,
      "others that each row sees beside its own pair, chosen at random anew each step; null: all", must: .countOrNull),
    RunFileKey(
      "loss.hard_negatives", \.loss.hardNegatives, .mayChange,
      "captions of each pair's data.hard_negatives that its batch's pictures are compared with too (NegCLIP), chosen at "
        + "random where there are more; null: none", must: .countOrNull),
    RunFileKey(
      "loss.gamma", \.loss.gamma, .mayChange,
      "global_contrastive: share of a sample's average that is renewed when it is seen",
      must: Limit("be above 0 and at most 1") { $0 > 0 && $0 <= 1 }),
    RunFileKey(
      "loss.gamma_decay_epochs", \.loss.gammaDecayEpochs, .mayChange,
      "global_contrastive: gamma falls from 1 over so many epochs; null: it is constant", must: .countOrNull),
    RunFileKey(
      "loss.epsilon", \.loss.epsilon, .mayChange,
      "global_contrastive: added to averages where they divide", must: .positive),
    RunFileKey(
      "loss.rho", \.loss.rho, .mayChange,
      "global_contrastive: the loss is temperature × (loss + rho), FastCLIP's v3; null: the loss itself",
      must: Limit("not be negative") { $0.map { $0 >= 0 } ?? true }),
  ]

  /// The factor on the cosines at the start: the run's, or OpenCLIP's of the kind where the model doesn't say either.
  package var initialScale: Double { logitScaleInit ?? (kind == .sigmoid ? 10 : 1 / 0.07) }

  /// What is added to logits at the start, where the model has a bias.
  package var initialBias: Double? { logitBiasInit ?? (kind == .sigmoid ? -10 : nil) }

  /// Throws what can't go together, or not with a batch of this size.
  package func check(batch: Int) throws(RunFileError) {
    if initialScale > logitScaleMax {
      throw .value(
        key: "loss.logit_scale_init", found: initialScale.yaml,
        must: "not exceed loss.logit_scale_max \(logitScaleMax.yaml)")
    }
    if let negatives, negatives >= batch {
      throw .value(
        key: "loss.negatives", found: "\(negatives)",
        must: "be below batch.size \(batch), of whose pairs each row has \(batch - 1) others; null takes them all")
    }
    if kind == .globalContrastive && duplicates == .positive {
      throw .value(
        key: "loss.duplicates", found: duplicates.yaml, must: "be negative or ignore with loss.kind \(kind.yaml)")
    }
    if kind == .decoupled && duplicates != .negative {
      throw .value(key: "loss.duplicates", found: duplicates.yaml, must: "be negative with loss.kind \(kind.yaml)")
    }
    if let hardNegatives { try checkHardNegatives(hardNegatives) }
    if [.globalContrastive, .decoupled].contains(kind) && batch < 2 {
      throw .value(key: "batch.size", found: "\(batch)", must: "be at least 2 with loss.kind \(kind.yaml)")
    }
  }

  private func checkHardNegatives(_ each: Int) throws(RunFileError) {
    let must: String? =
      if ![.softmax, .decoupled].contains(kind) {
        "be null with loss.kind \(kind.yaml): softmax and decoupled compare pictures with wrong captions"
      } else if negatives != nil {
        "be null with loss.negatives, which leaves pictures to see some captions only"
      } else {
        nil
      }
    if let must { throw .value(key: "loss.hard_negatives", found: "\(each)", must: must) }
  }
}

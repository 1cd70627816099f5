extension RunFileKey {
  static let loss = [
    RunFileKey(
      "loss.kind", \.loss.kind,
      "softmax over rows and columns (CLIP); sigmoid of each pair (SigLIP); global_contrastive: moving averages over the "
        + "data set for each sample (SogCLR, FastCLIP)"),
    RunFileKey(
      "loss.logit_scale_init", \.loss.logitScaleInit,
      "factor on the cosines at the start (not its logarithm); null: the model's init_logit_scale, else 1/0.07, "
        + "10 for sigmoid",
      must: Limit("be at least 1, or null") { $0.map { $0 >= 1 } ?? true }),
    RunFileKey(
      "loss.logit_scale_max", \.loss.logitScaleMax, "the factor never exceeds this, nor falls below 1",
      must: Limit("be at least 1") { $0 >= 1 }),
    RunFileKey(
      "loss.logit_bias_init", \.loss.logitBiasInit,
      "added to all logits at the start, in a model with init_logit_bias; null: -10 for sigmoid, else the model's own"),
    RunFileKey("loss.temperature", \.loss.temperature, "constant: the factor stays what it is at the start"),
    RunFileKey(
      "loss.duplicates", \.loss.duplicates,
      "others in the batch with a row's caption or picture: negative as all others, positive, or ignore them"),
    RunFileKey(
      "loss.negatives", \.loss.negatives,
      "others that each row sees beside its own pair, chosen at random anew each step; null: all", must: .countOrNull),
    RunFileKey(
      "loss.gamma", \.loss.gamma, "global_contrastive: share of a sample's average that is renewed when it is seen",
      must: Limit("be above 0 and at most 1") { $0 > 0 && $0 <= 1 }),
    RunFileKey(
      "loss.gamma_decay_epochs", \.loss.gammaDecayEpochs,
      "global_contrastive: gamma falls from 1 over so many epochs; null: it is constant", must: .countOrNull),
    RunFileKey(
      "loss.epsilon", \.loss.epsilon, "global_contrastive: added to averages where they divide", must: .positive),
    RunFileKey(
      "loss.rho", \.loss.rho,
      "global_contrastive: the loss is temperature × (loss + rho), FastCLIP's v3; null: the loss itself",
      must: Limit("not be negative") { $0.map { $0 >= 0 } ?? true }),
  ]
}

extension RunFile.Loss {
  /// Throws what can't go together, or not with a batch of this size.
  func check(batch: Int) throws(RunFileError) {
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
    if kind == .globalContrastive && batch < 2 {
      throw .value(key: "batch.size", found: "\(batch)", must: "be at least 2 with loss.kind \(kind.yaml)")
    }
  }
}

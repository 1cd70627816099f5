import Settings
import Training

extension LossSection {
  /// The loss that the run asks for.
  ///
  /// - Parameter pairs: in the training data.
  public func make(plan: BatchPlan, seed: UInt64, pairs: Int) -> any PairLoss {
    let rules = PairRules(
      duplicates: .init(duplicates), negatives: negatives, seed: seed, seesOwn: kind != .decoupled)
    let loss: any PairLoss =
      switch kind {
      case .softmax where rules.isPlain && hardNegatives == nil: ContrastiveLoss(plan: plan)
      case .softmax, .decoupled:
        MaskedContrastiveLoss(plan: plan, rules: rules, seesHardNegatives: hardNegatives != nil)
      case .sigmoid: SigmoidLoss(plan: plan, rules: rules)
      case .globalContrastive:
        GlobalContrastiveLoss(
          plan: plan, rules: rules,
          settings: .init(gamma: gamma, gammaDecayEpochs: gammaDecayEpochs, epsilon: epsilon, rho: rho),
          estimates: SampleEstimates(count: pairs))
      }
    return temperature == .constant ? ConstantScaleLoss(of: loss) : loss
  }
}

extension PairRules.Duplicates {
  package init(_ rule: DuplicateRule) {
    self =
      switch rule {
      case .negative: .negative
      case .positive: .positive
      case .ignore: .ignore
      }
  }
}

import CLIP
import Engine
import Foundation

extension RunFile.Loss {
  /// The loss that the run asks for.
  ///
  /// - Parameter pairs: in the training data.
  public func make(plan: BatchPlan, seed: UInt64, pairs: Int) -> any PairLoss {
    let rules = PairRules(duplicates: duplicates, negatives: negatives, seed: seed)
    let loss: any PairLoss =
      switch kind {
      case .softmax where rules.isPlain: ContrastiveLoss(plan: plan)
      case .softmax: MaskedContrastiveLoss(plan: plan, rules: rules)
      case .sigmoid: SigmoidLoss(plan: plan, rules: rules)
      case .globalContrastive:
        GlobalContrastiveLoss(
          plan: plan, rules: rules,
          settings: .init(gamma: gamma, gammaDecayEpochs: gammaDecayEpochs, epsilon: epsilon, rho: rho),
          averages: SampleAverages(count: pairs))
      }
    return temperature == .constant ? ConstantScaleLoss(of: loss) : loss
  }

  /// Words of each row of the batch that all workers gather besides its features.
  func wordsPerRow(batch: Int) -> Int {
    let statistics = [LossKind.softmax: 2, .sigmoid: 0, .globalContrastive: 4][kind] ?? 0
    let labels = (duplicates == .negative ? 0 : 4) + (kind == .globalContrastive ? 1 : 0)
    let limits = negatives.map { $0 < batch - 1 ? 2 : 0 } ?? 0
    return statistics + labels + limits
  }

  /// The factor on the cosines at the start: the run's, or OpenCLIP's of the kind where the model doesn't say either.
  var initialScale: Double { logitScaleInit ?? (kind == .sigmoid ? 10 : 1 / 0.07) }

  /// What is added to logits at the start, where the model has a bias.
  var initialBias: Double? { logitBiasInit ?? (kind == .sigmoid ? -10 : nil) }
}

/// Another loss under a scale that isn't learned.
struct ConstantScaleLoss: PairLoss {
  let loss: any PairLoss

  init(of loss: any PairLoss) { self.loss = loss }

  var plan: BatchPlan { loss.plan }
  var labels: RowLabels.Kinds { loss.labels }
  var averages: SampleAverages? { loss.averages }

  func begin(_ batch: PairBatch) -> HalfLoss {
    let half = loss.begin(batch)
    return HalfLoss(statistics: half.statistics) { gathered in
      let parts = half.finish(gathered)
      let lanes = parts.lanes.map { lane in
        var lane = lane
        lane.dScale = 0
        return lane
      }
      return LossParts(dImages: parts.dImages, dTexts: parts.dTexts, lanes: lanes)
    }
  }
}

extension CLIPModel {
  /// What is added to all logits; 0 unless the model's configuration has `init_logit_bias`.
  var bias: Float { logBias?.values.array[0] ?? 0 }

  /// Sets scale and bias as a new run begins with them.
  func setLogits(_ loss: RunFile.Loss) throws(TrainingError) {
    let own = loss.logitScaleInit == nil ? configuration.initialLogScale : nil
    logScale.values.fill(Float(own ?? log(loss.initialScale)))
    guard logBias != nil || loss.kind != .sigmoid else { throw .noLogitBias }
    if let logBias, let initial = loss.initialBias { logBias.values.fill(Float(initial)) }
  }

  /// Sets what of them the run names itself, which counts for more than what the model was loaded with.
  func setNamedLogits(_ loss: RunFile.Loss) {
    if let scale = loss.logitScaleInit { logScale.values.fill(Float(log(scale))) }
    if let logBias, let initial = loss.logitBiasInit { logBias.values.fill(Float(initial)) }
  }
}

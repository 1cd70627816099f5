import Engine

/// The symmetric softmax loss where a row doesn't see all, or has more positives than one. Where rows don't see their own pair it is
/// the decoupled one (DCL), whose gradient doesn't vanish as a row's pair becomes likely.
///
///     L = 1/(2B) Σ_i [lseI_i + lseT_i − s (mean_{j ∈ P_i} S_ij + mean_{j ∈ P_i} S_ji)]
///     p_ij = exp(s S_ij − lseI_i) [i sees j] − [j ∈ P_i] / |P_i|,  q alike by column
///     dI = s/(2B) (p + q) T      dT = s/(2B) (p + q)ᵀ I      ds = 1/(2B) Σ (p + q) S
///
/// lseI_i is over what picture i sees, P_i its positives: see `PairRules`. Where pairs come with wrong captions, pictures
/// see these too: see `HardNegativePass`.
///
/// - Source: for targets uniform over the positives, Yang et al., “Unified contrastive learning in image-text-label
///   space” (UniCL), 2022; Yeh et al., “Decoupled contrastive learning”, 2022, arXiv 2110.06848.
public struct MaskedContrastiveLoss: PairLoss {
  public let plan: BatchPlan
  public let rules: PairRules
  public var labels: RowLabels.Kinds { seesHardNegatives ? [rules.labels, .hardNegatives] : rules.labels }
  private let seesHardNegatives: Bool

  /// - Parameter seesHardNegatives: whether pictures are compared with the wrong captions of the batch.
  public init(plan: BatchPlan, rules: PairRules, seesHardNegatives: Bool = false) {
    self.plan = plan
    self.rules = rules
    self.seesHardNegatives = seesHardNegatives
  }

  /// Statistics: the log-sum-exps of my pictures and my texts, and their limits where they choose.
  public func begin(_ batch: PairBatch) -> PendingLoss {
    let selection = PairSelection(rules, batch, plan: plan)
    let found = MaskedPass(plan: plan, batch: batch, selection: selection).first()
    precondition(!seesHardNegatives || batch.hardNegatives != nil, "loss: chunks came without wrong captions")
    let wrong = seesHardNegatives ? HardNegativePass(plan, batch, rules) : nil
    let imageHits = wrong?.first(addingTo: found) ?? found.imageHits
    let (imageLSE, textLSE) = (found.images.lse.values(), found.texts.lse.values())
    return PendingLoss(statistics: [imageLSE, textLSE] + selection.statistics(plan)) { gathered in
      let pass = MaskedPass(plan: plan, batch: batch, selection: selection.knowing(gathered[2...]))
      let targets = selection.targets(plan.batch)
      let factor = batch.scale / Float(2 * plan.batch)
      var second = pass.second(
        rows: .init(pivots: gathered[0], targets: targets), columns: .init(pivots: gathered[1], targets: targets),
        factor: factor)
      let dWrong = wrong?.second(imageLSE: gathered[0], factor: factor, addingTo: &second)
      let lanes = plan.lanes { lane, rows in
        let lse = rows.reduce(0.0) { $0 + Double(imageLSE.buffer[$1]) + Double(textLSE.buffer[$1]) }
        let positives = rows.reduce(0.0) {
          let sum = Double(found.images.positives.buffer[$1]) + Double(found.texts.positives.buffer[$1])
          return $0 + sum * Double(targets.buffer[$1 + plan.myRows.lowerBound])
        }
        return LossParts.Lane(
          loss: (lse - Double(batch.scale) * positives) / Double(2 * plan.batch),
          dScale: (second.byRow[lane] + second.byColumn[lane]) / Double(2 * plan.batch),
          imageHits: imageHits[rows].count { $0 }, textHits: found.textHits[rows].count { $0 })
      }
      var parts = LossParts(dImages: second.dImages, dTexts: second.dTexts, lanes: lanes)
      parts.gradients[.hardNegatives] = dWrong
      return parts
    }
  }
}

import Engine

/// The sigmoid loss: every pair is a yes-or-no question of its own.
///
///     L = −1/B Σ_ij w_ij ln σ(z_ij l_ij),  l = s S + b,  z = 1 on positives, −1 elsewhere
///     g_ij = −w_ij z_ij σ(−z_ij l_ij)
///     dI = s/B g T      dT = s/B gᵀ I      ds = 1/B Σ g S      db = 1/B Σ g
///
/// w is 1; where rows see some others only (`PairRules.negatives`), ½ for each direction that sees the pair. No row
/// needs to know of the others' sums, so nothing but the features is gathered, and each tile is computed once.
///
/// - Source: Zhai et al., “Sigmoid loss for language image pre-training”, 2023; OpenCLIP's `SigLipLoss`.
public struct SigmoidLoss: PairLoss {
  public let plan: BatchPlan
  public let rules: PairRules
  public var labels: RowLabels.Kinds { rules.labels }

  public init(plan: BatchPlan, rules: PairRules = PairRules()) {
    self.plan = plan
    self.rules = rules
  }

  /// Statistics: the limits of my rows' choices; none where all see all.
  public func begin(_ batch: PairBatch) -> PendingLoss {
    let selection = PairSelection(rules, batch, plan: plan)
    return PendingLoss(statistics: selection.statistics(plan)) {
      gradients(batch, selection.knowing($0))
    }
  }

  private func gradients(_ batch: PairBatch, _ selection: PairSelection) -> LossParts {
    let count = plan.myRows.count
    let shape = [count, batch.images.width]
    let (dImages, dTexts) = (Tensor(shape: shape, repeating: 0), Tensor(shape: shape, repeating: 0))
    let rivals = Rivals(count: count)
    var diagonal = [Float](repeating: 0, count: count)
    var sums = [LossParts.Lane](repeating: .init(), count: plan.lanes)
    plan.eachTile { rows, columns in
      let tile = ContrastiveTile(images: batch.images.rows(rows), texts: batch.texts.rows(columns))
      let mask = selection.mask(rows, columns)
      let (myRows, myColumns) = (plan.mine(rows), plan.mine(columns))
      if let myRows, rows == columns {
        for i in myRows { diagonal[i] = tile.diagonal(i - myRows.lowerBound) }
      }
      tile.raise(
        rivals, rows: myRows?.lowerBound, columns: myColumns?.lowerBound, isOwn: rows == columns, mask)
      let found = tile.becomeSigmoidWeights(
        scale: batch.scale, bias: batch.bias, factor: batch.scale / Float(plan.batch), mask)
      if let myRows {
        tile.addImageGradient(to: dImages.rows(myRows))
        sums[plan.lane(ofRow: rows.lowerBound)].add(found)
      }
      if let myColumns { tile.addTextGradient(to: dTexts.rows(myColumns)) }
    }
    let hits = rivals.hits(diagonal)
    let lanes = plan.lanes { lane, rows in
      var part = sums[lane].divided(by: Double(plan.batch))
      part.imageHits = hits.rows[rows].count { $0 }
      part.textHits = hits.columns[rows].count { $0 }
      return part
    }
    return LossParts(dImages: dImages, dTexts: dTexts, lanes: lanes)
  }
}

extension LossParts.Lane {
  fileprivate mutating func add(_ sums: ContrastiveTile.SigmoidSums) {
    loss += sums.loss
    dScale += sums.similarity
    dBias += sums.weight
  }

  fileprivate func divided(by batch: Double) -> Self {
    Self(loss: loss / batch, dScale: dScale / batch, dBias: dBias / batch)
  }
}

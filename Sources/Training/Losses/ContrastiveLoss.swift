import Engine

/// The symmetric softmax loss over the whole global batch, of which each worker does the part of its own rows.
///
///     L = ½ [mean_i CE(s I_i · Tᵀ, i) + mean_j CE(s T_j · Iᵀ, j)] = 1/(2B) Σ_i (lseI_i + lseT_i − 2 s I_i · T_i)
///     A = exp(s S − lseI) + exp(s S − lseT),  S = I Tᵀ
///     dI = s/(2B) (A T − 2 T)      dT = s/(2B) (Aᵀ I − 2 I)      ds = 1/(2B) (Σ A S − 2 Σ I_i · T_i)
///
/// B × B is never held: tiles of S come and go twice, once for the log-sum-exps and once for the gradients, but for
/// some that are kept. A worker computes the tiles in its rows (pictures) and in its columns (texts); where it holds
/// both, one tile serves both.
///
/// - Source: Radford et al. 2021; Cheng et al., “Breaking the memory barrier” (Inf-CL), 2024, for the tiles.
public struct ContrastiveLoss: PairLoss {
  public let plan: BatchPlan
  public var labels: RowLabels.Kinds { [] }

  private let keptBytes: Int

  /// - Parameter keptBytes: of tiles kept from the first pass for the second; nil: see `KeptTiles`. The bits don't
  ///   depend on it.
  public init(plan: BatchPlan, keptBytes: Int? = nil) {
    self.plan = plan
    self.keptBytes = keptBytes ?? KeptTiles.bytes(plan)
  }

  /// Statistics: ln Σ_j exp(s S_ij) and ln Σ_i exp(s S_ij) of my pictures and my texts.
  public func begin(_ batch: PairBatch) -> PendingLoss {
    let kept = KeptTiles(batch, bytes: keptBytes)
    let forward = forward(batch, kept)
    return PendingLoss(statistics: [forward.imageLSE, forward.textLSE]) { gathered in
      backward(batch, forward, kept, imageLSE: gathered[0], textLSE: gathered[1])
    }
  }

  /// What the first pass finds about my rows.
  private struct Forward {
    let imageLSE: Tensor
    let textLSE: Tensor
    /// s S_ii: each row's logit with its own partner.
    var diagonal: [Float]
    let imageHits: [Bool]
    let textHits: [Bool]
  }

  private func forward(_ batch: PairBatch, _ kept: KeptTiles) -> Forward {
    let count = plan.myRows.count
    let (byRow, byColumn, rivals) = (LogSumExp(count: count), LogSumExp(count: count), Rivals(count: count))
    var diagonal = [Float](repeating: 0, count: count)
    plan.eachTile { rows, columns in
      let tile = kept.first(rows, columns)
      let (myRows, myColumns) = (plan.mine(rows), plan.mine(columns))
      if let myRows { tile.accumulate(rows: byRow, at: myRows.lowerBound, scale: batch.scale) }
      if let myColumns { tile.accumulate(columns: byColumn, at: myColumns.lowerBound, scale: batch.scale) }
      if let myRows, rows == columns {
        for i in myRows { diagonal[i] = tile.diagonal(i - myRows.lowerBound) }
      }
      tile.raise(rivals, rows: myRows?.lowerBound, columns: myColumns?.lowerBound, isOwn: rows == columns)
    }
    let hits = rivals.hits(diagonal)
    return Forward(
      imageLSE: byRow.values(), textLSE: byColumn.values(), diagonal: diagonal.map { $0 * batch.scale },
      imageHits: hits.rows, textHits: hits.columns)
  }

  /// The second pass: gradients of my rows from tiles that are computed again, or were kept.
  ///
  /// - Parameters:
  ///   - imageLSE, textLSE: of all rows, `[batch]` each.
  private func backward(
    _ batch: PairBatch, _ forward: Forward, _ kept: KeptTiles, imageLSE: Tensor, textLSE: Tensor
  ) -> LossParts {
    let (mine, dim) = (plan.myRows, batch.images.width)
    let dImages = Tensor(shape: [mine.count, dim], repeating: 0)
    let dTexts = Tensor(shape: [mine.count, dim], repeating: 0)
    var n = 0
    var (byRows, byColumns) = ([Double](repeating: 0, count: plan.lanes), [Double](repeating: 0, count: plan.lanes))
    plan.eachTile { rows, columns in
      let tile = kept.second(n, rows, columns)
      n += 1
      let sums = tile.becomeWeights(
        rows: imageLSE.elements(rows), columns: textLSE.elements(columns), scale: batch.scale)
      if let mine = plan.mine(rows) {
        tile.addImageGradient(to: dImages.rows(mine))
        byRows[plan.lane(ofRow: rows.lowerBound)] += sums.rows
      }
      if let mine = plan.mine(columns) {
        tile.addTextGradient(to: dTexts.rows(mine))
        byColumns[plan.lane(ofRow: columns.lowerBound)] += sums.columns
      }
    }
    let factor = batch.scale / Float(2 * plan.batch)
    finishContrastiveGradient(dImages, partner: batch.texts.rows(mine), factor: factor)
    finishContrastiveGradient(dTexts, partner: batch.images.rows(mine), factor: factor)
    let lanes = plan.lanes { lane, rows in
      part(rows, forward, similarities: byRows[lane] + byColumns[lane], scale: batch.scale)
    }
    return LossParts(dImages: dImages, dTexts: dTexts, lanes: lanes)
  }

  /// - Parameter similarities: Σ A S over the lane's rows and columns.
  private func part(
    _ rows: Range<Int>, _ forward: Forward, similarities: Double, scale: Float
  ) -> LossParts.Lane {
    let (imageLSE, textLSE) = (forward.imageLSE.buffer, forward.textLSE.buffer)
    let (twice, diagonal) = (Double(2 * plan.batch), rows.reduce(0.0) { $0 + Double(forward.diagonal[$1]) })
    let lse = rows.reduce(0.0) { $0 + Double(imageLSE[$1]) + Double(textLSE[$1]) }
    return LossParts.Lane(
      loss: (lse - 2 * diagonal) / twice, dScale: (similarities - 2 * diagonal / Double(scale)) / twice,
      imageHits: forward.imageHits[rows].count { $0 }, textHits: forward.textHits[rows].count { $0 })
  }
}

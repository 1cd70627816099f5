import Engine

/// The two passes over tiles of which not all pairs take part, for losses made of exponentials.
///
///     first     lse of the pairs in each of my rows and columns; Σ S over their positives
///     second    p = exp(s S − pivot of the row) − its target on positives; q alike by column
///               dI = s/(2B) (p + q) T      dT = s/(2B) (p + q)ᵀ I
struct MaskedPass {
  let plan: BatchPlan
  let batch: PairBatch
  let selection: PairSelection

  /// What the first pass finds of my pictures and my texts.
  struct First {
    let images: MaskedLogSumExp
    let texts: MaskedLogSumExp
    /// S_ii: each row's cosine with its own partner.
    let diagonal: [Float]
    let imageHits: [Bool]
    let textHits: [Bool]
  }

  func first() -> First {
    let count = plan.myRows.count
    let (images, texts) = (MaskedLogSumExp(count: count), MaskedLogSumExp(count: count))
    let rivals = Rivals(count: count)
    var diagonal = [Float](repeating: 0, count: count)
    plan.eachTile { rows, columns in
      let tile = ContrastiveTile(images: batch.images.rows(rows), texts: batch.texts.rows(columns))
      let mask = selection.mask(rows, columns)
      let (myRows, myColumns) = (plan.mine(rows), plan.mine(columns))
      if let myRows { tile.accumulate(rows: images, at: myRows.lowerBound, scale: batch.scale, mask) }
      if let myColumns { tile.accumulate(columns: texts, at: myColumns.lowerBound, scale: batch.scale, mask) }
      if let myRows, rows == columns {
        for i in myRows { diagonal[i] = tile.diagonal(i - myRows.lowerBound) }
      }
      tile.raise(rivals, rows: myRows?.lowerBound, columns: myColumns?.lowerBound, isOwn: rows == columns, mask)
    }
    let hits = rivals.hits(diagonal)
    return First(images: images, texts: texts, diagonal: diagonal, imageHits: hits.rows, textHits: hits.columns)
  }

  struct Second {
    let dImages: Tensor
    let dTexts: Tensor
    /// Σ p S and Σ q S by lane.
    var byRow: [Double]
    let byColumn: [Double]
  }

  /// - Parameters:
  ///   - rows, columns: of the whole batch; targets matter in my rows alone where only own pairs are positives.
  ///   - factor: what all weights are multiplied by, for the gradients of features.
  func second(rows: ContrastiveTile.Weights, columns: ContrastiveTile.Weights, factor: Float) -> Second {
    let shape = [plan.myRows.count, batch.images.width]
    let (dImages, dTexts) = (Tensor(shape: shape, repeating: 0), Tensor(shape: shape, repeating: 0))
    var (byRow, byColumn) = ([Double](repeating: 0, count: plan.lanes), [Double](repeating: 0, count: plan.lanes))
    plan.eachTile { myRows, myColumns in
      let tile = ContrastiveTile(images: batch.images.rows(myRows), texts: batch.texts.rows(myColumns))
      let sums = tile.becomeWeights(
        rows: rows.elements(myRows), columns: columns.elements(myColumns), scale: batch.scale, factor: factor,
        selection.mask(myRows, myColumns))
      if let mine = plan.mine(myRows) {
        tile.addImageGradient(to: dImages.rows(mine))
        byRow[plan.lane(ofRow: myRows.lowerBound)] += sums.rows
      }
      if let mine = plan.mine(myColumns) {
        tile.addTextGradient(to: dTexts.rows(mine))
        byColumn[plan.lane(ofRow: myColumns.lowerBound)] += sums.columns
      }
    }
    return Second(dImages: dImages, dTexts: dTexts, byRow: byRow, byColumn: byColumn)
  }
}

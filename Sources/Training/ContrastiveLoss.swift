import Engine

/// The symmetric softmax loss over the whole global batch, of which each worker does the part of its own rows.
///
///     L = ½ [mean_i CE(s I_i · Tᵀ, i) + mean_j CE(s T_j · Iᵀ, j)] = 1/(2B) Σ_i (lseI_i + lseT_i − 2 s I_i · T_i)
///     A = exp(s S − lseI) + exp(s S − lseT),  S = I Tᵀ
///     dI = s/(2B) (A T − 2 T)      dT = s/(2B) (Aᵀ I − 2 I)      ds = 1/(2B) (Σ A S − 2 Σ I_i · T_i)
///
/// B × B is never held: tiles of S come and go twice, once for the log-sum-exps and once for the gradients. A worker computes
/// the tiles in its rows (pictures) and in its columns (texts); where it holds both, one tile serves both. Every sum runs over
/// tiles in the order of the global grid, so its bits don't depend on the number of workers.
///
/// - Source: design.md §4; Radford et al. 2021; Cheng et al., “Breaking the memory barrier” (Inf-CL), 2024, for the tiles.
public struct ContrastiveLoss {
  public let plan: BatchPlan

  public init(plan: BatchPlan) { self.plan = plan }

  /// What the first pass finds about my rows.
  public struct Forward {
    /// ln Σ_j exp(s S_ij) and ln Σ_i exp(s S_ij) of my pictures and my texts, `[myRows]` each.
    public let imageLSE: Tensor
    public let textLSE: Tensor
    /// s S_ii of my rows.
    public let diagonal: [Float]
    /// Whether row i's own text (picture) has the largest logit of all.
    public let imageHits: [Bool]
    public let textHits: [Bool]
  }

  /// - Parameters:
  ///   - images, texts: gathered unit rows, `[batch, dim]`.
  ///   - scale: s
  public func forward(images: Tensor, texts: Tensor, scale: Float) -> Forward {
    let mine = plan.myRows
    let (byRow, byColumn) = (LogSumExp(count: mine.count), LogSumExp(count: mine.count))
    var diagonal = [Float](repeating: 0, count: mine.count)
    eachTile { rows, columns in
      let tile = ContrastiveTile(images: images.rows(rows), texts: texts.rows(columns))
      if mine.contains(rows.lowerBound) {
        tile.accumulate(rows: byRow, at: rows.lowerBound - mine.lowerBound, scale: scale)
      }
      if mine.contains(columns.lowerBound) {
        tile.accumulate(columns: byColumn, at: columns.lowerBound - mine.lowerBound, scale: scale)
      }
      if rows == columns {
        for i in rows { diagonal[i - mine.lowerBound] = tile.diagonal(i - rows.lowerBound) * scale }
      }
    }
    return Forward(
      imageLSE: byRow.values(), textLSE: byColumn.values(), diagonal: diagonal,
      imageHits: zip(diagonal, byRow.largest).map { $0 >= $1 },
      textHits: zip(diagonal, byColumn.largest).map { $0 >= $1 })
  }

  /// What the second pass finds: gradients of my rows, and each of my lanes' part of ∂L/∂s.
  public struct Backward {
    /// `[myRows, dim]`
    public let dImages: Tensor
    public let dTexts: Tensor
    /// By lane, mine only.
    public let dScale: [Double]
  }

  /// - Parameters:
  ///   - images, texts: as for `forward`.
  ///   - imageLSE, textLSE: gathered, `[batch]`.
  public func backward(
    images: Tensor, texts: Tensor, imageLSE: Tensor, textLSE: Tensor, forward: Forward, scale: Float
  ) -> Backward {
    let mine = plan.myRows
    let dImages = Tensor(shape: [mine.count, images.width], repeating: 0)
    let dTexts = Tensor(shape: [mine.count, texts.width], repeating: 0)
    var (byRows, byColumns) = ([Double](repeating: 0, count: plan.lanes), [Double](repeating: 0, count: plan.lanes))
    eachTile { rows, columns in
      let tile = ContrastiveTile(images: images.rows(rows), texts: texts.rows(columns))
      let sums = tile.becomeWeights(
        rows: imageLSE.elements(rows), columns: textLSE.elements(columns), scale: scale)
      if mine.contains(rows.lowerBound) {
        tile.addImageGradient(to: dImages.rows(rows.shifted(by: -mine.lowerBound)))
        byRows[plan.lane(ofRow: rows.lowerBound)] += sums.rows
      }
      if mine.contains(columns.lowerBound) {
        tile.addTextGradient(to: dTexts.rows(columns.shifted(by: -mine.lowerBound)))
        byColumns[plan.lane(ofRow: columns.lowerBound)] += sums.columns
      }
    }
    let factor = scale / Float(2 * plan.batch)
    finishContrastiveGradient(dImages, partner: texts.rows(mine), factor: factor)
    finishContrastiveGradient(dTexts, partner: images.rows(mine), factor: factor)
    let dScale = plan.myLanes.map { lane in
      let diagonal = laneRows(lane).reduce(0) { $0 + Double(forward.diagonal[$1]) } / Double(scale)
      return (byRows[lane] + byColumns[lane] - 2 * diagonal) / Double(2 * plan.batch)
    }
    return Backward(dImages: dImages, dTexts: dTexts, dScale: dScale)
  }

  /// A lane's part of L; the parts of all lanes add up to it.
  public func loss(ofLane lane: Int, _ forward: Forward) -> Double {
    let (imageLSE, textLSE) = (forward.imageLSE.buffer, forward.textLSE.buffer)
    let sum = laneRows(lane).reduce(0.0) {
      $0 + Double(imageLSE[$1]) + Double(textLSE[$1]) - 2 * Double(forward.diagonal[$1])
    }
    return sum / Double(2 * plan.batch)
  }

  /// A lane's rows, counted among mine.
  func laneRows(_ lane: Int) -> Range<Int> { plan.rows(ofLane: lane).shifted(by: -plan.myRows.lowerBound) }

  /// Calls `body` for every tile in my rows or my columns, in the order of the global grid.
  private func eachTile(_ body: (_ rows: Range<Int>, _ columns: Range<Int>) -> Void) {
    let tiles = plan.tiles
    for rows in tiles {
      for columns in tiles
      where plan.myRows.contains(rows.lowerBound) || plan.myRows.contains(columns.lowerBound) { body(rows, columns) }
    }
  }
}

extension Range<Int> {
  func shifted(by distance: Int) -> Range<Int> { lowerBound + distance..<upperBound + distance }
}

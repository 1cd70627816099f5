import CKernels

extension ContrastiveTile {
  /// Adds scale · S, where pairs count in their row, to rows `at…` of `sums`.
  public func accumulate(rows sums: MaskedLogSumExp, at row: Int, scale: Float, _ mask: TileMask) {
    let width = similarity.width
    inParallel(similarity.rows, atLeast: 16) { part in
      let at = row + part.lowerBound
      ck.masked_lse_rows(
        sums.lse.maximum.pointer + at, sums.lse.sum.pointer + at, sums.positives.pointer + at, sums.seen.pointer + at,
        similarity.pointer + part.lowerBound * width, mask.pointer + part.lowerBound * width, scale, part.count, width)
    }
  }

  /// Adds scale · S, where pairs count in their column, to columns `at…` of `sums`.
  public func accumulate(columns sums: MaskedLogSumExp, at column: Int, scale: Float, _ mask: TileMask) {
    inParallel(similarity.width, atLeast: 64, unit: 64) { part in
      ck.masked_lse_columns(
        sums.lse.maximum.pointer + column, sums.lse.sum.pointer + column, sums.positives.pointer + column,
        sums.seen.pointer + column, similarity.pointer, mask.pointer, scale, similarity.rows, similarity.width,
        part.lowerBound, part.upperBound)
    }
  }

  /// Pivots and targets of the rows (or columns) of a tile, or of a whole batch.
  public struct Weights {
    /// Subtracted from scale S before exp.
    public let pivots: Tensor
    /// Subtracted from exp on positives.
    public let targets: Tensor

    public init(pivots: Tensor, targets: Tensor) {
      self.pivots = pivots
      self.targets = targets
    }

    /// Those of a range of rows (or columns), without a copy.
    public func elements(_ range: Range<Int>) -> Weights {
      Weights(pivots: pivots.elements(range), targets: targets.elements(range))
    }
  }

  /// Replaces S by factor · (p + q):
  ///
  ///     p = exp(scale S − the row's pivot) where a pair counts in its row, − the row's target where it is a positive
  ///
  /// and q alike with columns.
  ///
  /// - Returns: Σ p S and Σ q S.
  public func becomeWeights(
    rows: Weights, columns: Weights, scale: Float, factor: Float, _ mask: TileMask
  ) -> (rows: Double, columns: Double) {
    let (height, width) = (similarity.rows, similarity.width)
    let sums = (rows: Tensor(shape: [height]), columns: Tensor(shape: [height]))
    inParallel(height, atLeast: 16) { part in
      let row = part.lowerBound
      ck.masked_tile(
        similarity.pointer + row * width, sums.rows.pointer + row, sums.columns.pointer + row,
        mask.pointer + row * width, rows.pivots.pointer + row, columns.pivots.pointer, rows.targets.pointer + row,
        columns.targets.pointer, scale, factor, part.count, width)
    }
    return (sums.rows.total, sums.columns.total)
  }
}

extension Tensor {
  /// The sum of all numbers, in order.
  var total: Double { buffer.reduce(0) { $0 + Double($1) } }
}

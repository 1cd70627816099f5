import CKernels

/// A tile of the matrix of similarities, and what the contrastive loss needs of it.
///
///     S = I Tᵀ for a range of pictures (rows) and a range of texts (columns)
///
/// The whole matrix is never held. Tiles lie on one grid for all workers, and each is computed by the same call in the
/// same shape wherever it is needed, so that its bits don't depend on who computes it.
public struct ContrastiveTile {
  let similarity: Tensor
  private let images: Tensor
  private let texts: Tensor

  /// Computes the tile's similarities.
  ///
  /// - Parameters:
  ///   - images: `[rows, width]`, unit rows.
  ///   - texts: `[columns, width]`, unit rows.
  public init(images: Tensor, texts: Tensor) {
    self.images = images
    self.texts = texts
    similarity = Tensor(shape: [images.rows, texts.rows])
    product(Matrix(images), Matrix(texts).transposed, into: Matrix(similarity))
  }

  /// The similarity of row i and column i.
  public func diagonal(_ i: Int) -> Float { similarity.pointer[i * similarity.width + i] }

  /// Adds scale · S to the log-sum-exp of rows `at…` of `rows`.
  public func accumulate(rows lse: LogSumExp, at row: Int, scale: Float) {
    inParallel(similarity.rows, atLeast: 16) { part in
      let at = row + part.lowerBound
      ck.lse_rows(
        lse.maximum.pointer + at, lse.sum.pointer + at, similarity.pointer + part.lowerBound * similarity.width, scale,
        part.count, similarity.width)
    }
  }

  /// Adds scale · S to the log-sum-exp of columns `at…` of `columns`.
  public func accumulate(columns lse: LogSumExp, at column: Int, scale: Float) {
    // Strips of 64 columns, wherever a thread's part begins.
    inParallel(similarity.width, atLeast: 64, unit: 64) { part in
      ck.lse_columns(
        lse.maximum.pointer + column, lse.sum.pointer + column, similarity.pointer, scale, similarity.rows,
        similarity.width, part.lowerBound, part.upperBound)
    }
  }

  /// Replaces S by A = p + q, p = exp(scale S − lse of the row), q = exp(scale S − lse of the column).
  ///
  /// - Returns: Σ p S and Σ q S.
  public func becomeWeights(rows: Tensor, columns: Tensor, scale: Float) -> (rows: Double, columns: Double) {
    let sums = (rows: Tensor(shape: [similarity.rows]), columns: Tensor(shape: [similarity.rows]))
    inParallel(similarity.rows, atLeast: 16) { part in
      let row = part.lowerBound
      ck.contrastive_tile(
        similarity.pointer + row * similarity.width, sums.rows.pointer + row, sums.columns.pointer + row,
        rows.pointer + row, columns.pointer, scale, part.count, similarity.width)
    }
    return (sums.rows.buffer.reduce(0) { $0 + Double($1) }, sums.columns.buffer.reduce(0) { $0 + Double($1) })
  }

  /// dI += A T, after S became weights A.
  ///
  /// - Parameter dI: `[rows, width]`
  public func addImageGradient(to dI: Tensor) {
    product(Matrix(similarity), Matrix(texts), into: Matrix(dI), adds: true)
  }

  /// dT += Aᵀ I, after S became weights A.
  ///
  /// - Parameter dT: `[columns, width]`
  public func addTextGradient(to dT: Tensor) {
    product(Matrix(similarity).transposed, Matrix(images), into: Matrix(dT), adds: true)
  }
}

/// d ← factor · (d − 2 partner), what is left to do when all tiles have been added.
public func finishContrastiveGradient(_ d: Tensor, partner: Tensor, factor: Float) {
  precondition(d.count == partner.count, "finishContrastiveGradient: \(d.shape), partner \(partner.shape)")
  ck.contrastive_finish(d.pointer, partner.pointer, factor, d.count)
}

import CKernels

/// The largest similarity of each row, and of each column, with another than its own partner: what the own one must
/// exceed to be found first. As in evaluation, a tie is no hit.
public struct Rivals {
  /// `[count]` each; below any cosine where there is no rival.
  public let rows: Tensor
  public let columns: Tensor

  /// Nothing seen yet of `count` rows and columns.
  public init(count: Int) {
    // S ≥ −1, but for rounding.
    rows = Tensor(shape: [count], repeating: -2)
    columns = Tensor(shape: [count], repeating: -2)
  }

  /// Which of the rows find their own partner first, and which of the columns.
  ///
  /// - Parameter diagonal: each row's similarity with its own partner.
  public func hits(_ diagonal: [Float]) -> (rows: [Bool], columns: [Bool]) {
    (zip(diagonal, rows.buffer).map { $0 > $1 }, zip(diagonal, columns.buffer).map { $0 > $1 })
  }
}

extension ContrastiveTile {
  /// Raises the rivals of rows `rows…` and of columns `columns…`, each where it isn't nil.
  ///
  /// - Parameters:
  ///   - isOwn: whether row i and column i of the tile are partners.
  ///   - mask: which pairs count; nil: all.
  public func raise(
    _ rivals: Rivals, rows: Int?, columns: Int?, isOwn: Bool, _ mask: TileMask? = nil
  ) {
    let own = isOwn ? (0..<min(similarity.rows, similarity.width)).map { diagonal($0) } : []
    for i in own.indices { similarity.pointer[i * similarity.width + i] = -2 }
    if let rows { raise(rows: rivals.rows, at: rows, mask) }
    if let columns { raise(columns: rivals.columns, at: columns, mask) }
    for (i, value) in own.enumerated() { similarity.pointer[i * similarity.width + i] = value }
  }

  private func raise(rows largest: Tensor, at row: Int, _ mask: TileMask?) {
    let width = similarity.width
    inParallel(similarity.rows, atLeast: 16) { part in
      let (to, tile) = (largest.pointer + row + part.lowerBound, similarity.pointer + part.lowerBound * width)
      if let mask {
        ck.masked_largest_rows(to, tile, mask.pointer + part.lowerBound * width, part.count, width)
      } else {
        ck.largest_rows(to, tile, part.count, width)
      }
    }
  }

  private func raise(columns largest: Tensor, at column: Int, _ mask: TileMask?) {
    let (rows, width) = (similarity.rows, similarity.width)
    inParallel(width, atLeast: 64, unit: 64) { part in
      let to = largest.pointer + column
      if let mask {
        ck.masked_largest_columns(to, similarity.pointer, mask.pointer, rows, width, part.lowerBound, part.upperBound)
      } else {
        ck.largest_columns(to, similarity.pointer, rows, width, part.lowerBound, part.upperBound)
      }
    }
  }
}

import CKernels

/// The products of all rows of a matrix with one vector.
///
///     s = X q
///
/// Goes through the rows once and packs nothing: what memory streams is the bound, where `linear` is made for many vectors.
///
/// - Parameters:
///   - rows: `[rows, width]`, f32.
///   - query: `[width]`, f32.
///   - scores: `[rows]`, f32: what is written.
package func rowScores(_ rows: Tensor, _ query: Tensor, into scores: Tensor) {
  precondition(
    query.count == rows.width && scores.count == rows.rows,
    "row scores: rows \(rows.shape), query \(query.shape), scores \(scores.shape)")
  ck.row_scores(scores.pointer, rows.pointer, query.pointer, rows.rows, rows.width)
}

/// The first place from `start` on whose number isn't below the threshold; `x.count` where there is none. NaN is below all.
package func firstReaching(_ threshold: Float, in x: UnsafeBufferPointer<Float>, from start: Int) -> Int {
  guard let numbers = x.baseAddress else { return 0 }
  return ck.first_reaching(numbers, start, x.count, threshold)
}

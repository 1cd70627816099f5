import Engine

/// For each query the k rows whose products with it are largest, from the largest; of equal ones the first row comes first.
///
/// The matrix of products is never held: each thread goes through a part of the rows, some at a time, and keeps the best.
/// Rows are read once for as many queries as go by together, so few queries cost what reading the rows costs.
///
/// - Parameters:
///   - queries: `[queries, width]`
///   - rows: `[rows, width]`, which may lie in a mapped file.
/// - Returns: `[queries][min(k, rows)]`
public func nearestRows(_ k: Int, to queries: Tensor, among rows: Tensor) -> [[TopK.Entry]] {
  nearestRows(k, to: queries, among: RowPieces(rows))
}

/// The same among rows in several places.
public func nearestRows(_ k: Int, to queries: Tensor, among rows: RowPieces) -> [[TopK.Entry]] {
  best(k, queries, rows).map(\.entries)
}

/// As of rows, among rows that are kept in fewer bits: they are gone through, and the best are compared again as they are.
///
/// What it finds is what a search of the rows themselves finds, but for products closer than f32's rounding. A row that isn't among
/// the candidates has at most the last candidate's product and what the form loses; where that could be among the k best,
/// all rows are gone through again for those within reach.
///
/// - Parameters:
///   - queries: `[queries, width]`, of length 1.
///   - compact: the same rows.
public func nearestRows(
  _ k: Int, to queries: Tensor, among rows: RowPieces, through compact: CompactedRows
) -> [[TopK.Entry]] {
  precondition(rows.count == compact.count, "nearest rows: \(compact.count) compact rows of \(rows.count)")
  let candidates = best(max(2 * k, k + 32), queries, compact.rows)
  var found = candidates.enumerated().map { query, candidates in
    again(k, queries, query, rows, candidates.entries.map(\.column))
  }
  let open = found.indices.filter { query in
    let seen = candidates[query].entries
    guard seen.count < rows.count, let last = seen.last, let least = found[query].entries.last else { return false }
    return !(least.score > last.score + compact.error)
  }
  guard !open.isEmpty else { return found.map(\.entries) }
  let within = reaching(
    open.map { (found[$0].entries.last?.score ?? -.infinity) - compact.error }, pickRows(queries, open), compact.rows)
  for (query, columns) in zip(open, within) { found[query] = again(k, queries, query, rows, columns) }
  return found.map(\.entries)
}

/// Rows kept in fewer bits beside the rows themselves.
public struct CompactedRows {
  let rows: CompactRows
  var count: Int { rows.count }
  /// How far a product may be from that of the row itself: what the form loses, and f32's rounding of two sums.
  let error: Float

  public enum Form: Sendable { case f16, int8 }

  /// - Parameter x: unit rows, all finite.
  public init(_ x: RowPieces, as form: Form) {
    rows = CompactRows(x.count, x.width, as: form == .f16 ? .f16 : .int8, of: x.rows)
    error = rows.error + Float(x.width) * Float.ulpOfOne
  }
}

private func best(_ k: Int, _ queries: Tensor, _ rows: some SearchedRows) -> [TopK] {
  gather(
    queries, rows, in: 0..<rows.count, none: [TopK](repeating: TopK(k), count: queries.rows),
    see: { best, query, scores, start in best[query].add(scores, from: start) },
    join: { all, own in for query in own.indices { all[query].add(own[query]) } })
}

/// The k best of some rows for one query, by the rows themselves.
private func again(_ k: Int, _ queries: Tensor, _ query: Int, _ rows: RowPieces, _ columns: [Int]) -> TopK {
  var best = TopK(k)
  for column in columns { best.add(CollectionOfOne(rows.product(queries, query, column)), from: column) }
  return best
}

/// For each query the rows whose products reach its threshold.
private func reaching(_ thresholds: [Float], _ queries: Tensor, _ rows: some SearchedRows) -> [[Int]] {
  gather(
    queries, rows, in: 0..<rows.count, none: [[Int]](repeating: [], count: queries.rows),
    see: { found, query, scores, start in
      eachReaching(thresholds[query], in: scores) { place, _ in found[query].append(start + place) }
    },
    join: { all, own in for query in own.indices { all[query] += own[query] } })
}

/// Calls `body` with the place and the number of each that isn't below a threshold.
func eachReaching(_ threshold: Float, in scores: UnsafeBufferPointer<Float>, _ body: (Int, Float) -> Void) {
  var place = firstReaching(threshold, in: scores, from: 0)
  while place < scores.count {
    body(place, scores[place])
    place = firstReaching(threshold, in: scores, from: place + 1)
  }
}

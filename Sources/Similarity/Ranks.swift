import Engine

/// Where each query's best correct candidate stands among the wrong ones, from 1:
///
///     rank = 1 + |{wrong candidates with similarity ≥ the best correct one's}|
///
/// A tie counts against the query, so a model that gives every input one embedding scores nothing. Similarities closer
/// than 1e-6, what float32 resolves of a product of unit rows, are ties; what isn't a number is above all.
///
/// The matrix of similarities is never held: see `RowProducts`.
///
/// - Parameters:
///   - queries: `[queries, width]`, unit rows.
///   - candidates: `[candidates, width]`, unit rows.
///   - correct: for each query its right candidates: at least one, none twice.
/// - Returns: `[queries]`
public func ranks(of queries: Tensor, among candidates: Tensor, correct: [[Int]]) -> [Int] {
  precondition(
    correct.count == queries.rows && queries.width == candidates.width,
    "ranks: queries \(queries.shape), candidates \(candidates.shape), correct \(correct.count)")
  let thresholds = correct.indices.map { query in
    bestSimilarity(queries.rows(query..<query + 1), candidates, correct[query]) - tieTolerance
  }
  var ranks = [Int](repeating: 1, count: queries.rows)
  RowProducts(queries, candidates).eachTile { tile in
    tile.eachRow { query, similarities in
      ranks[query] += countWrong(
        similarities, from: tile.columns.lowerBound, correct[query], reaching: thresholds[query])
    }
  }
  return ranks
}

private let tieTolerance: Float = 1e-6

/// The largest product of a row with the correct candidates; −∞ if none is a number.
private func bestSimilarity(_ query: Tensor, _ candidates: Tensor, _ correct: [Int]) -> Float {
  precondition(!correct.isEmpty, "ranks: a query without a correct candidate")
  let query = query.array
  let products = correct.map { candidate in
    Float(zip(query, candidates.rows(candidate..<candidate + 1).array).reduce(0.0) { $0 + Double($1.0 * $1.1) })
  }
  return products.reduce(-.infinity) { $1 > $0 ? $1 : $0 }
}

/// How many wrong candidates of a tile reach the threshold. `!(s < threshold)` lets NaN reach it too.
private func countWrong(
  _ similarities: UnsafeBufferPointer<Float>, from first: Int, _ correct: [Int], reaching threshold: Float
) -> Int {
  var count = 0
  for similarity in similarities { count += similarity < threshold ? 0 : 1 }
  for candidate in correct where similarities.indices.contains(candidate - first) {
    count -= similarities[candidate - first] < threshold ? 0 : 1
  }
  return count
}

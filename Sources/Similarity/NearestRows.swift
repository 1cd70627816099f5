import Engine
import Threading

/// For each query the k rows whose products with it are largest, from the largest; of equal ones the first row comes first.
///
/// The matrix of products is never held: each thread goes through a part of the rows, some at a time, and keeps the best.
/// Rows are read once for as many queries as `queriesAtOnce`, so few queries cost what reading the rows costs.
///
/// - Parameters:
///   - queries: `[queries, width]`
///   - rows: `[rows, width]`, which may lie in a mapped file.
/// - Returns: `[queries][min(k, rows)]`
public func nearestRows(_ k: Int, to queries: Tensor, among rows: Tensor) -> [[TopK.Entry]] {
  precondition(queries.width == rows.width, "nearest rows: queries \(queries.shape), rows \(rows.shape)")
  let best = Monitor([TopK](repeating: TopK(k), count: queries.rows))
  inParallel(rows.rows, atLeast: rowsAtOnce, unit: rowsAtOnce) { part in
    let own = nearest(k, queries, rows, part)
    best.withLock { best in
      for (query, top) in own.enumerated() { best[query].add(top) }
    }
  }
  return best.withLock { $0.map(\.entries) }
}

/// Half a megabyte of rows of width 512: a core's second cache holds it while the queries come by.
private let rowsAtOnce = 256
/// From so many queries on a product's packing costs less than it saves.
private let productFrom = 8
private let queriesAtOnce = 1024

private func nearest(_ k: Int, _ queries: Tensor, _ rows: Tensor, _ part: Range<Int>) -> [TopK] {
  var best = [TopK](repeating: TopK(k), count: queries.rows)
  for first in stride(from: 0, to: queries.rows, by: queriesAtOnce) {
    let some = first..<min(queries.rows, first + queriesAtOnce)
    let vectors = queries.rows(some)
    for start in stride(from: part.lowerBound, to: part.upperBound, by: rowsAtOnce) {
      let block = start..<min(part.upperBound, start + rowsAtOnce)
      let scores = scores(vectors, rows.rows(block))
      withExtendedLifetime(scores) {
        for query in some {
          best[query].add(UnsafeBufferPointer(scores.rows(query - first..<query - first + 1).buffer), from: start)
        }
      }
    }
  }
  return best
}

/// `[queries, rows]`
private func scores(_ queries: Tensor, _ rows: Tensor) -> Tensor {
  guard queries.rows < productFrom else { return linear(queries, rows) }
  let scores = Tensor(shape: [queries.rows, rows.rows])
  for query in 0..<queries.rows {
    rowScores(rows, queries.rows(query..<query + 1), into: scores.rows(query..<query + 1))
  }
  return scores
}

import Engine
import Threading

/// Rows that a search goes through, some at a time.
protocol SearchedRows {
  var count: Int { get }
  var width: Int { get }
  /// Some of the rows, `[range.count, width]` in f32.
  func block(_ range: Range<Int>) -> Tensor
  /// The products of some of the rows with one query.
  func scores(_ range: Range<Int>, _ query: Tensor, into scores: Tensor)
}

extension CompactRows: SearchedRows {
  func block(_ range: Range<Int>) -> Tensor { widened(range) }
}

/// What is gathered of the scores of some queries while rows come by.
///
/// - Parameters:
///   - none: what a thread begins with.
///   - see: takes a query's number and its scores of neighbouring rows, of which the first's number comes last.
///   - join: adds what one thread gathered to what others did, one call at a time; the order is no one's to know.
func gather<Found>(
  _ queries: Tensor, _ rows: some SearchedRows, in range: Range<Int>, none: Found,
  see: (inout Found, Int, UnsafeBufferPointer<Float>, Int) -> Void, join: (inout Found, Found) -> Void
) -> Found {
  precondition(queries.width == rows.width, "search: queries \(queries.shape), rows \(rows.count) × \(rows.width)")
  let all = Monitor(none)
  inParallel(range.count, atLeast: rowsAtOnce, unit: rowsAtOnce) { part in
    let part = part.lowerBound + range.lowerBound..<part.upperBound + range.lowerBound
    var own = none
    for first in stride(from: 0, to: queries.rows, by: queriesAtOnce) {
      let some = first..<min(queries.rows, first + queriesAtOnce)
      eachBlock(queries.rows(some), rows, part) { scores, start in
        for query in some {
          see(&own, query, UnsafeBufferPointer(scores.rows(query - first..<query - first + 1).buffer), start)
        }
      }
    }
    all.withLock { join(&$0, own) }
  }
  return all.withLock { $0 }
}

/// Half a megabyte of rows of width 512: a core's second cache holds it while the queries come by.
private let rowsAtOnce = 256
/// From so many queries on a product's packing costs less than it saves.
private let productFrom = 8
private let queriesAtOnce = 1024

/// Calls `body` with the scores of some rows at a time, `[queries, some]`, and the first one's number.
private func eachBlock(
  _ queries: Tensor, _ rows: some SearchedRows, _ part: Range<Int>, _ body: (Tensor, Int) -> Void
) {
  for start in stride(from: part.lowerBound, to: part.upperBound, by: rowsAtOnce) {
    let block = start..<min(part.upperBound, start + rowsAtOnce)
    let scores = scores(queries, rows, block)
    withExtendedLifetime(scores) { body(scores, start) }
  }
}

/// `[queries, rows]`
private func scores(_ queries: Tensor, _ rows: some SearchedRows, _ block: Range<Int>) -> Tensor {
  guard queries.rows < productFrom else { return linear(queries, rows.block(block)) }
  let scores = Tensor(shape: [queries.rows, block.count])
  for query in 0..<queries.rows {
    rows.scores(block, queries.rows(query..<query + 1), into: scores.rows(query..<query + 1))
  }
  return scores
}

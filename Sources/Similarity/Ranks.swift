import Collectives
import Engine

/// Where each query's best correct candidate stands among the wrong ones, from 1:
///
///     rank = 1 + |{wrong candidates with similarity ≥ the best correct one's}|
///
/// A tie counts against the query, so a model that gives every input one embedding scores nothing. Similarities closer
/// than 1e-6, what float32 resolves of a product of unit rows, are ties; what isn't a number is above all.
///
/// The matrix of similarities is never held. Called by all workers, each of whom ranks the queries of its tiles while the
/// candidates come by.
///
/// - Parameters:
///   - queries: `[queries, width]`, unit rows.
///   - candidates: `[candidates, width]`, unit rows.
///   - correct: for each query its right candidates: at least one, none twice.
/// - Returns: `[queries]`, on every worker.
public func ranks(of queries: SharedRows, among candidates: SharedRows, correct: [[Int]]) throws -> [Int] {
  precondition(
    correct.count == queries.count && queries.width == candidates.width,
    "ranks: \(queries.count) queries of \(queries.width), candidates of \(candidates.width), correct \(correct.count)")
  let tiles = SharedTiles(queries.count, over: queries.workers)
  var counters = zip(tiles.mine, try tiles.tiles(of: queries)).map { number, rows in
    RankCounter(rows, Array(correct[tiles.ranges[number]]))
  }
  let columns = SharedTiles(candidates.count, over: queries.workers).ranges
  for range in columns {
    let rows = try candidates.rows(range)
    for i in counters.indices { counters[i].meet(rows, range) }
  }
  for range in columns {
    let rows = try candidates.rows(range)
    for i in counters.indices { counters[i].count(rows, range) }
  }
  return try tiles.assembled(counters.flatMap(\.ranks).map(Double.init)).map { Int($0) }
}

/// The ranks of queries among candidates that are all at hand.
///
/// - Parameters:
///   - queries: `[queries, width]`, unit rows.
///   - candidates: `[candidates, width]`, unit rows.
public func ranks(of queries: Tensor, among candidates: Tensor, correct: [[Int]]) -> [Int] {
  let alone = ThreadCommunicator.alone()
  do {
    return try ranks(
      of: SharedRows(whole: queries, over: alone), among: SharedRows(whole: candidates, over: alone), correct: correct)
  } catch { preconditionFailure("ranks: nobody else is there to fail: \(error)") }
}

private let tieTolerance: Float = 1e-6

/// Ranks of some queries: all candidates are met once for the best correct one, and once to be counted.
private struct RankCounter {
  private let queries: Tensor
  private let correct: [[Int]]
  /// The largest product with a correct candidate so far; −∞ while none is a number.
  private var best: [Float]
  private(set) var ranks: [Int]

  init(_ queries: Tensor, _ correct: [[Int]]) {
    precondition(correct.allSatisfy { !$0.isEmpty }, "ranks: a query without a correct candidate")
    (self.queries, self.correct) = (queries, correct)
    best = Array(repeating: -.infinity, count: correct.count)
    ranks = Array(repeating: 1, count: correct.count)
  }

  mutating func meet(_ candidates: Tensor, _ range: Range<Int>) {
    for (query, own) in correct.enumerated() {
      for candidate in own where range.contains(candidate) {
        let similarity = dot(queries, query, candidates, candidate - range.lowerBound)
        if similarity > best[query] { best[query] = similarity }
      }
    }
  }

  mutating func count(_ candidates: Tensor, _ range: Range<Int>) {
    let products = linear(queries, candidates)
    withExtendedLifetime(products) {
      for query in correct.indices {
        let similarities = UnsafeBufferPointer(products.rows(query..<query + 1).buffer)
        ranks[query] += countWrong(
          similarities, from: range.lowerBound, correct[query], reaching: best[query] - tieTolerance)
      }
    }
  }
}

/// In double, so that a row's product with a correct candidate doesn't depend on what is beside it.
private func dot(_ x: Tensor, _ i: Int, _ y: Tensor, _ j: Int) -> Float {
  let (a, b) = (x.rows(i..<i + 1), y.rows(j..<j + 1))
  return withExtendedLifetime((a, b)) { Float(zip(a.buffer, b.buffer).reduce(0.0) { $0 + Double($1.0 * $1.1) }) }
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

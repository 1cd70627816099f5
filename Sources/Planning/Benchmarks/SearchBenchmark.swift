import Engine
import Randomness
import Similarity
import Training

/// An exact search in memory: the nearest of many unit rows, which lie in clusters as real embeddings do.
public struct SearchBenchmark: Sendable {
  public var rows: Int
  public var dim: Int
  public var queries: Int
  public var best: Int
  public var threads: Int
  /// How rows are kept; nil: as they are.
  public var form: CompactedRows.Form?

  public init(rows: Int, dim: Int, queries: Int, best: Int, threads: Int, form: CompactedRows.Form? = nil) {
    (self.rows, self.dim, self.queries, self.best, self.threads) = (rows, dim, queries, best, threads)
    self.form = form
  }

  public struct Result: Sendable {
    /// One query's, the median of several.
    public let oneSeconds: Double
    /// Of all queries at once.
    public let batchSeconds: Double
    /// Of reading all rows once by as many threads.
    public let readSeconds: Double
  }

  public func run() -> Result {
    Threads.count = threads
    let stored = unitRows(clustered(rows, 0))
    let asked = unitRows(clustered(queries, 1))
    func seconds(_ body: () -> Void) -> Double {
      let start = ContinuousClock.now
      body()
      return (ContinuousClock.now - start).seconds
    }
    func median(_ body: (Int) -> Void) -> Double {
      (0..<7).map { turn in seconds { body(turn) } }.sorted()[3]
    }
    let compacted = form.map { CompactedRows(RowPieces(stored), as: $0) }
    func search(_ queries: Tensor) {
      if let compacted {
        _ = nearestRows(best, to: queries, among: RowPieces(stored), through: compacted)
      } else {
        _ = nearestRows(best, to: queries, among: stored)
      }
    }
    let one = median { search(asked.rows($0 % queries..<$0 % queries + 1)) }
    let read = median { _ in _ = stored.sumOfSquares(halvings: 6) }
    let batch = seconds { search(asked) }
    return Result(oneSeconds: one, batchSeconds: batch, readSeconds: read)
  }

  /// Around each of some centres, as far from it as it is from the origin.
  private func clustered(_ count: Int, _ which: UInt64) -> Tensor {
    let centres = Tensor(shape: [1000, dim])
    var random = Philox(seed: 0, purpose: .data, sample: 2)
    for i in centres.buffer.indices { centres.buffer[i] = random.uniform(in: -1...1) }
    let x = Tensor(shape: [count, dim])
    var own = Philox(seed: 0, purpose: .data, sample: which)
    for row in 0..<count {
      let centre = centres.rows(row % 1000..<row % 1000 + 1).buffer
      for i in 0..<dim { x.buffer[row * dim + i] = centre[i] + own.uniform(in: -1...1) }
    }
    return x
  }
}

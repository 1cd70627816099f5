import Collectives
import Engine

/// How many pairs of the batch have which cosine: a row of `similarities.jsonl`.
///
///     {"step":100,"positives":[…],"negatives":[…]}
///
/// Bins are equally wide and cover −1…1. Positives are the diagonal, negatives all else, whatever they show.
public struct SimilarityHistogram: Sendable, Equatable {
  public static let bins = 40

  public private(set) var positives = [Int](repeating: 0, count: bins)
  public private(set) var negatives = [Int](repeating: 0, count: bins)

  /// Counts the cosines of my rows with all; on the loss's tiles, so that a cosine has the same bits on any number of
  /// workers.
  ///
  /// - Parameter images, texts: gathered unit rows, `[batch, dim]`.
  init(_ images: Tensor, _ texts: Tensor, plan: BatchPlan) {
    for rows in plan.tiles where plan.myRows.contains(rows.lowerBound) {
      for columns in plan.tiles {
        // The tile lives as long as its numbers are looked at: else another worker could be given its memory.
        let tile = linear(images.rows(rows), texts.rows(columns))
        withExtendedLifetime(tile) { count(tile.buffer, rows, columns) }
      }
    }
  }

  private mutating func count(_ cosines: UnsafeMutableBufferPointer<Float>, _ rows: Range<Int>, _ columns: Range<Int>) {
    for i in rows.indices {
      for j in columns.indices {
        let bin = Self.bin(cosines[(i - rows.lowerBound) * columns.count + j - columns.lowerBound])
        if i == j { positives[bin] += 1 } else { negatives[bin] += 1 }
      }
    }
  }

  private init(_ counts: [Int]) {
    positives = Array(counts.prefix(Self.bins))
    negatives = Array(counts.suffix(Self.bins))
  }

  /// The counts of all workers' rows, on every worker.
  package func sum(over workers: any Communicator) throws -> SimilarityHistogram {
    let mine = (positives + negatives).map(Double.init)
    let all = try workers.gathered(mine)
    return SimilarityHistogram(
      mine.indices.map { i in (0..<workers.size).reduce(0) { $0 + Int(all[$1 * mine.count + i]) } })
  }

  private static func bin(_ cosine: Float) -> Int {
    // A cosine that isn't a number would trap; the loss tells of it.
    guard cosine.isFinite else { return 0 }
    return min(bins - 1, max(0, Int((cosine + 1) * Float(bins) / 2)))
  }

  /// The row of `similarities.jsonl`.
  package func line(step: Int) -> String {
    func list(_ counts: [Int]) -> String { "[" + counts.map(String.init).joined(separator: ",") + "]" }
    return "{\"step\":\(step),\"positives\":\(list(positives)),\"negatives\":\(list(negatives))}"
  }
}

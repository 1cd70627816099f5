import Collectives
import Engine
import Foundation

/// How many pairs of the batch have which cosine: a row of `similarities.jsonl`.
///
///     {"step":100,"positives":[…],"negatives":[…],"duplicate_mass":0.01}
///
/// Bins are equally wide and cover −1…1. Positives are the diagonal, negatives all else, whatever they show. The mass is
/// what a picture's softmax over the batch's texts gives to those of its duplicates (others with its caption or its
/// picture), in the mean over pictures.
public struct SimilarityHistogram: Sendable, Equatable {
  public static let bins = 40

  public private(set) var positives = [Int](repeating: 0, count: bins)
  public private(set) var negatives = [Int](repeating: 0, count: bins)
  /// Of each of my rows the softmax's mass on its duplicates.
  private var masses: [Double] = []

  /// The mean over the rows.
  public var duplicateMass: Double { masses.reduce(0, +) / Double(max(1, masses.count)) }

  /// Counts the cosines of my rows with all; on the loss's tiles, so that a cosine has the same bits on any number of
  /// workers.
  ///
  /// - Parameter contents: the batch's captions and pictures.
  init(_ batch: PairBatch, _ contents: RowLabels, plan: BatchPlan) {
    let hasDuplicates = RowLabels.repeated(contents.captions) + RowLabels.repeated(contents.pictures) > 0
    for rows in plan.tiles where plan.myRows.contains(rows.lowerBound) {
      var sums = [RowMass](repeating: RowMass(), count: rows.count)
      for columns in plan.tiles {
        // The tile lives as long as its numbers are looked at: else another worker could be given its memory.
        let tile = linear(batch.images.rows(rows), batch.texts.rows(columns))
        withExtendedLifetime(tile) {
          count(tile.buffer, rows, columns)
          guard hasDuplicates else { return }
          for i in sums.indices {
            let cosines = UnsafeBufferPointer(rebasing: tile.buffer[i * columns.count..<(i + 1) * columns.count])
            sums[i].add(cosines, row: rows.lowerBound + i, columns, contents, scale: batch.scale)
          }
        }
      }
      masses += sums.map(\.share)
    }
  }

  /// Sums of a row's softmax.
  private struct RowMass {
    var whole = 0.0
    var duplicates = 0.0
    var share: Double { whole > 0 ? duplicates / whole : 0 }

    mutating func add(
      _ cosines: UnsafeBufferPointer<Float>, row: Int, _ columns: Range<Int>, _ contents: RowLabels, scale: Float
    ) {
      for (column, cosine) in zip(columns, cosines) {
        let weight = exp(Double(scale) * (Double(cosine) - 1))
        whole += weight
        if column != row, contents.areAlike(row, column) { duplicates += weight }
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

  private init(_ counts: [Int], _ masses: [Double]) {
    self.masses = masses
    positives = Array(counts.prefix(Self.bins))
    negatives = Array(counts.suffix(Self.bins))
  }

  /// The counts of all workers' rows, on every worker.
  package func sum(over workers: any Communicator) throws -> SimilarityHistogram {
    let mine = (positives + negatives).map(Double.init)
    let all = try workers.gathered(mine)
    return SimilarityHistogram(
      mine.indices.map { i in (0..<workers.size).reduce(0) { $0 + Int(all[$1 * mine.count + i]) } },
      try workers.gathered(masses))
  }

  private static func bin(_ cosine: Float) -> Int {
    // A cosine that isn't a number would trap; the loss tells of it.
    guard cosine.isFinite else { return 0 }
    return min(bins - 1, max(0, Int((cosine + 1) * Float(bins) / 2)))
  }

  /// The row of `similarities.jsonl`.
  package func line(step: Int) -> String {
    func list(_ counts: [Int]) -> String { "[" + counts.map(String.init).joined(separator: ",") + "]" }
    return "{\"step\":\(step),\"positives\":\(list(positives)),\"negatives\":\(list(negatives)),"
      + "\"duplicate_mass\":\(duplicateMass)}"
  }
}

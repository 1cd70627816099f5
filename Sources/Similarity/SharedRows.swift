import Collectives
import Engine

/// The rows of a matrix, of which each worker holds a part, one part after the other in the order of the ranks.
///
/// All rows can come by every worker, some at a time; none need hold them all.
public struct SharedRows {
  public let count: Int
  public let width: Int
  let workers: any Communicator
  private let mine: Tensor
  /// What of the rows each worker holds; none where every worker holds all.
  private let parts: [Range<Int>]

  /// Called by all workers.
  ///
  /// - Parameter mine: this worker's rows, `[rows, width]`; there may be none.
  public init(_ mine: Tensor, over workers: any Communicator) throws {
    let counts = try workers.gathered([Double(mine.rows)]).map { Int($0) }
    var end = 0
    parts = counts.map { count in
      end += count
      return end - count..<end
    }
    (self.mine, self.workers, count, width) = (mine, workers, end, mine.width)
  }

  /// Rows that every worker holds already.
  public init(whole rows: Tensor, over workers: any Communicator) {
    (mine, self.workers, count, width, parts) = (rows, workers, rows.rows, rows.width, [])
  }

  /// Gives every worker some of the rows. Called by all workers.
  ///
  /// - Returns: `[range.count, width]`
  public func rows(_ range: Range<Int>) throws -> Tensor {
    if parts.isEmpty { return mine.rows(range) }
    let rows = Tensor(shape: [range.count, width])
    for (worker, own) in parts.enumerated() {
      let common = own.clamped(to: range)
      if common.isEmpty { continue }
      let place = rows.rows(common.lowerBound - range.lowerBound..<common.upperBound - range.lowerBound)
      if worker == workers.rank {
        place.set(mine.rows(common.lowerBound - own.lowerBound..<common.upperBound - own.lowerBound))
      }
      try workers.broadcast(place.buffer, from: worker)
    }
    return rows
  }

  /// All rows, on every worker. Called by all workers.
  public func whole() throws -> Tensor { try rows(0..<count) }
}

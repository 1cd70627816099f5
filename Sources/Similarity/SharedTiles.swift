import Collectives
import Engine

/// Rows in tiles of one grid, of which each worker has every size-th to work on.
///
/// The grid depends on the rows alone, so that a product has the same bits on any number of workers.
public struct SharedTiles {
  /// The tiles, which together cover all rows in order.
  public let ranges: [Range<Int>]
  private let workers: any Communicator

  /// - Parameter groups: rows of each of which no tile reaches into another; nil: all are one.
  public init(_ count: Int, groups: [Range<Int>]? = nil, over workers: any Communicator) {
    let side = RowProducts.tileSide
    ranges = (groups ?? [0..<count]).flatMap { group in
      stride(from: group.lowerBound, to: group.upperBound, by: side).map { $0..<min(group.upperBound, $0 + side) }
    }
    self.workers = workers
  }

  /// Numbers of this worker's tiles.
  public var mine: [Int] { numbers(of: workers.rank) }

  private func numbers(of worker: Int) -> [Int] { Array(stride(from: worker, to: ranges.count, by: workers.size)) }

  /// This worker's tiles of some rows, each `[rows, width]`, in the order of `mine`. Called by all workers, to each of
  /// whom every tile comes.
  public func tiles(of rows: SharedRows) throws -> [Tensor] {
    var own: [Tensor] = []
    for (number, range) in ranges.enumerated() {
      let tile = try rows.rows(range)
      if number % workers.size == workers.rank { own.append(tile) }
    }
    return own
  }

  /// A number for each row, on every worker, from what each found for the rows of its tiles. Called by all workers.
  ///
  /// - Parameter found: the numbers for the rows of this worker's tiles, in the order of `mine`.
  public func assembled(_ found: [Double]) throws -> [Double] {
    func rows(of worker: Int) -> Int { numbers(of: worker).reduce(0) { $0 + ranges[$1].count } }
    precondition(found.count == rows(of: workers.rank), "assembled: \(found.count) numbers")
    let longest = (0..<workers.size).map(rows).max() ?? 0
    let all = try workers.gathered(found + [Double](repeating: 0, count: longest - found.count))
    var places = (0..<workers.size).map { $0 * longest }
    return ranges.indices.flatMap { number in
      let worker = number % workers.size
      defer { places[worker] += ranges[number].count }
      return all[places[worker]..<places[worker] + ranges[number].count]
    }
  }
}

import Collectives
import Engine

/// Norms of the gradient, before clipping.
public struct GradientNorms: Sendable, Equatable {
  public let whole: Double
  /// Of the picture encoder's part, and of the text encoder's.
  public let images: Double
  public let texts: Double

  /// Σ g² of a bucket is a binary tree of this depth, whose nodes are the shares of up to 2¹⁰ workers: so the sum has the
  /// same bits whoever holds which share.
  static let halvings = 10

  /// - Parameter squares: `squares(of:_:)` of each bucket.
  init(_ squares: [Double], _ buckets: Buckets, _ wire: Wire?) throws {
    let sums =
      if let wire, wire.shardsOptimizer { try Self.joined(squares, sharedOver: wire) } else { squares }
    func norm(_ counts: (Tower?) -> Bool) -> Double {
      zip(buckets.all, sums).reduce(0) { counts($1.0.tower) ? $0 + $1.1 : $0 }.squareRoot()
    }
    images = norm { $0 == .image }
    texts = norm { $0 == .text }
    whole = norm { _ in true }
  }

  /// Σ g² of a bucket, or of this worker's share of it.
  static func squares(of share: Tensor, _ wire: Wire?) -> Double {
    guard let wire, wire.shardsOptimizer else { return share.sumOfSquares(halvings: halvings) }
    let levels = wire.workers.size.trailingZeroBitCount
    precondition(levels <= halvings || wire.reduction == .fast, "gradient norm: \(wire.workers.size) workers")
    return share.sumOfSquares(halvings: max(0, halvings - levels))
  }

  private static func joined(_ mine: [Double], sharedOver wire: Wire) throws -> [Double] {
    let (workers, all) = (wire.workers, try wire.workers.gathered(mine))
    return mine.indices.map { bucket in tree(workers.size) { all[$0 * mine.count + bucket] } }
  }

  /// The tree's upper part: shares are halves of halves, chosen by the bits of the rank from the lowest.
  private static func tree(_ size: Int, distance: Int = 1, path: Int = 0, _ node: (Int) -> Double) -> Double {
    guard distance < size else { return path < size ? node(path) : 0 }
    return tree(size, distance: 2 * distance, path: path, node)
      + tree(size, distance: 2 * distance, path: path | distance, node)
  }
}

extension Wire {
  /// What of each bucket is this worker's to update.
  func shares(_ buckets: Buckets) -> [Range<Int>] {
    guard shardsOptimizer else { return buckets.ranges }
    return buckets.ranges.map { reduction.share(of: $0.count, workers).shifted(by: $0.lowerBound) }
  }
}

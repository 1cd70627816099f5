import Collectives
import Engine

/// Norms of the gradient, before clipping: the whole one's, and those of the two encoders' parts.
public struct GradientNorms: Sendable, Equatable {
  public let whole: Double
  public let images: Double
  public let texts: Double

  /// Σ g² of a bucket is a binary tree of this depth, whose nodes are the shares of up to 2¹⁰ workers: so the sum has
  /// the same bits whoever holds which share.
  static let halvings = 10

  /// - Parameter squares: of each bucket, what `squares(of:_:)` gave for this worker's share.
  init(_ squares: [Double], _ buckets: Buckets, _ exchange: Exchange?) throws {
    let sums =
      if let exchange, exchange.shardsOptimizer { try Self.joined(squares, sharedOver: exchange) } else { squares }
    func norm(_ counts: (Tower?) -> Bool) -> Double {
      zip(buckets.all, sums).reduce(0) { counts($1.0.tower) ? $0 + $1.1 : $0 }.squareRoot()
    }
    images = norm { $0 == .image }
    texts = norm { $0 == .text }
    whole = norm { _ in true }
  }

  /// Σ g² of a bucket, or of this worker's share of it: a node of the tree that `halvings` is the depth of.
  static func squares(of share: Tensor, _ exchange: Exchange?) -> Double {
    guard let exchange, exchange.shardsOptimizer else { return share.sumOfSquares(halvings: halvings) }
    let levels = exchange.workers.size.trailingZeroBitCount
    precondition(levels <= halvings || exchange.reduction == .fast, "gradient norm: \(exchange.workers.size) workers")
    return share.sumOfSquares(halvings: max(0, halvings - levels))
  }

  private static func joined(_ mine: [Double], sharedOver exchange: Exchange) throws -> [Double] {
    let (workers, all) = (exchange.workers, try exchange.workers.gathered(mine))
    return mine.indices.map { bucket in tree(workers.size) { all[$0 * mine.count + bucket] } }
  }

  /// The tree's upper part: shares are halves of halves, chosen by the bits of the rank from the lowest.
  private static func tree(_ size: Int, distance: Int = 1, path: Int = 0, _ node: (Int) -> Double) -> Double {
    guard distance < size else { return path < size ? node(path) : 0 }
    return tree(size, distance: 2 * distance, path: path, node)
      + tree(size, distance: 2 * distance, path: path | distance, node)
  }
}

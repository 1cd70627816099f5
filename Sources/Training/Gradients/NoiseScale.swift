/// How much of the gradient is noise of the batch, found from the lanes' gradients g_l, which add up to the batch's G.
///
/// L g_l is what a batch of b = B/L pairs says of the gradient (with the negatives of all B), so
///
///     |G_b|² = L Σ_l |g_l|²                                mean of |L g_l|²
///     signal = (B |G|² − b |G_b|²) / (B − b)               estimates |true gradient|²
///     noise  = (|G_b|² − |G|²) / (1/b − 1/B)               estimates the trace of a pair's covariance
///     scale  = noise / signal                              pairs up to which a larger batch helps about linearly
///
/// One step's are rough, and may be negative: average noise and signal over steps before dividing.
///
/// - Source: McCandlish et al., “An empirical model of large-batch training”, 2018, appendix A.1: B_simple.
public struct NoiseScale: Sendable {
  public let signal: Double
  public let noise: Double
  public var scale: Double { noise / signal }

  /// - Parameters:
  ///   - laneSquares: Σ_l |g_l|²
  ///   - norm: |G|
  ///   - lanes: with one there is nothing to compare, and all is NaN.
  public init(laneSquares: Double, norm: Double, batch: Int, lanes: Int) {
    let (large, small) = (Double(batch), Double(batch) / Double(lanes))
    let (squareLarge, squareSmall) = (norm * norm, Double(lanes) * laneSquares)
    // With one lane: 0 / 0.
    signal = (large * squareLarge - small * squareSmall) / (large - small)
    noise = (squareSmall - squareLarge) / (1 / small - 1 / large)
  }
}

import Foundation

/// Effective robustness: how much more one arm has of y than another arm would have at the same x.
///
/// Both are shares, and each arm's points (x, y) are of as many lengths of training. A line through the other arm's points in logits says
/// what y goes with an x; the mean of what the arm has beyond it is returned. Where an arm's x lies beyond the other's, the line goes on.
///
/// - Source: Taori et al., “Measuring robustness to natural distribution shifts in image classification”, 2020.
struct MatchedCurve {
  /// - Parameter numbers: the arm's x, its y, the other's x, its y; as many of each.
  static func excess(_ numbers: [Double]) -> Double {
    let count = numbers.count / 4
    let parts = (0..<4).map { Array(numbers[$0 * count..<($0 + 1) * count]) }
    let (x, y) = (parts[2].map(logit), parts[3].map(logit))
    let (meanX, meanY) = (x.reduce(0, +) / Double(count), y.reduce(0, +) / Double(count))
    let square = x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
    let slope = square > 0 ? zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) } / square : 0
    let beyond = zip(parts[0], parts[1]).map { $1 - 1 / (1 + exp(-(meanY + slope * (logit($0) - meanX)))) }
    return beyond.reduce(0, +) / Double(count)
  }

  /// Shares of nearly none and nearly all count as half a percent from there.
  private static func logit(_ share: Double) -> Double {
    let kept = min(0.995, max(0.005, share))
    return log(kept / (1 - kept))
  }
}

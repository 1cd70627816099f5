/// A mean over seeds with its 95 % interval.
public struct SeedInterval: Sendable, Equatable {
  public let mean: Double
  /// Nil of a single seed, which tells nothing of chance.
  public let range: ClosedRange<Double>?

  /// How far it reaches from the mean, to the side where it reaches farther.
  public var half: Double? { range.map { max($0.upperBound - mean, mean - $0.lowerBound) } }

  init(mean: Double, range: ClosedRange<Double>?) { (self.mean, self.range) = (mean, range) }

  /// Student's: seeds are the points, so that what chance made of a run counts, and not how many items it was measured on.
  ///
  /// - Parameter values: one of each seed, at least one.
  public init(_ values: [Double]) {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    self.mean = mean
    guard values.count > 1 else {
      range = nil
      return
    }
    let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1)
    let half = Self.quantile(values.count - 1) * (variance / count).squareRoot()
    range = half.isFinite ? mean - half...mean + half : nil
  }

  /// Student's t at 97.5 %: 12.71 for one degree of freedom, 4.30 for two.
  static func quantile(_ degrees: Int) -> Double {
    let known = [
      12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281, 2.2010, 2.1788, 2.1604, 2.1448,
      2.1314, 2.1199, 2.1098, 2.1009, 2.0930, 2.0860, 2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484,
      2.0452, 2.0423,
    ]
    // Beyond, the first terms of its expansion in 1/degrees (Abramowitz and Stegun 26.7.5), right to 1e-4.
    let n = Double(degrees)
    return degrees <= known.count ? known[degrees - 1] : 1.959964 + 2.37228 / n + 2.8225 / (n * n)
  }
}

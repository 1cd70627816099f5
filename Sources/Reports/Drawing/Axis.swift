import Foundation

/// Where numbers lie between the two ends of a chart, and which of them are written there.
package struct Axis {
  package enum Scale { case linear, logarithmic }

  package let range: ClosedRange<Double>
  let scale: Scale

  /// An axis over all values, or 0…1 where there are none.
  ///
  /// - Parameters:
  ///   - values: those that aren't finite are left out, and on a logarithmic axis those not above 0.
  ///   - showsZero: whether 0 is on it; on a logarithmic axis it can't be.
  ///   - margin: the share of the range that is left free at both ends.
  package init(_ values: some Sequence<Double>, _ scale: Scale = .linear, showsZero: Bool = false, margin: Double = 0) {
    let usable = values.filter { $0.isFinite && (scale == .linear || $0 > 0) }
    let known = usable + (showsZero && scale == .linear ? [0] : [])
    self.scale = scale
    guard let low = known.min(), let high = known.max(), !usable.isEmpty else {
      range = scale == .linear ? 0...1 : 1...10
      return
    }
    range = Self.widened(low, high, scale, margin)
  }

  private static func widened(_ low: Double, _ high: Double, _ scale: Scale, _ margin: Double) -> ClosedRange<Double> {
    if scale == .logarithmic {
      if low == high { return low / 2...high * 2 }
      let factor = pow(high / low, margin)
      return low / factor...high * factor
    }
    if low == high { return low == 0 ? 0...1 : min(low * 0.9, low * 1.1)...max(low * 0.9, low * 1.1) }
    let space = (high - low) * margin
    // What begins at 0 shall be seen to.
    return (low == 0 ? 0 : low - space)...high + space
  }

  /// 0 at the low end, 1 at the high one.
  package func place(_ value: Double) -> Double {
    let (low, high) = (range.lowerBound, range.upperBound)
    if scale == .linear { return (value - low) / (high - low) }
    return value > 0 ? log(value / low) / log(high / low) : 0
  }

  /// Round numbers within the range: some five of them.
  package var ticks: [Double] {
    if scale == .linear || range.upperBound / range.lowerBound < 8 { return linearTicks }
    let exponents =
      Int(
        log10(range.lowerBound).rounded(.up))...max(
        Int(log10(range.lowerBound).rounded(.up)), Int(log10(range.upperBound).rounded(.down)))
    let powers = exponents.map { pow(10, Double($0)) }
    if powers.count > 6 { return powers.enumerated().filter { $0.offset % (powers.count / 5) == 0 }.map(\.element) }
    let factors: [Double] = powers.count > 2 ? [1] : [1, 2, 5]
    return ([powers[0] / 10] + powers).flatMap { power in factors.map { $0 * power } }.filter(range.contains)
  }

  private var linearTicks: [Double] {
    let rough = (range.upperBound - range.lowerBound) / 4.5
    let power = pow(10, log10(rough).rounded(.down))
    let step = power * ([1, 2, 2.5, 5, 10].first { $0 * power >= rough } ?? 10)
    let first = (range.lowerBound / step - 1e-9).rounded(.up)
    let last = (range.upperBound / step + 1e-9).rounded(.down)
    guard last >= first else { return [] }
    return stride(from: first, through: last, by: 1).map { $0 * step }
  }
}

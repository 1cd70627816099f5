import Foundation

/// A number that an evaluation found, under its path in the encoded result.
public struct EvaluationNumber: Sendable, Equatable {
  public let name: String
  public let value: Double
  /// Between which the number lies with 95 %, as far as the pairs are independent draws; nil where that isn't known.
  public let interval: ClosedRange<Double>?

  public init(_ name: String, _ value: Double, interval: ClosedRange<Double>? = nil) {
    (self.name, self.value, self.interval) = (name, value, interval)
  }

  /// A share of so many queries, with Wilson's interval.
  ///
  /// - Source: Wilson, “Probable inference, the law of succession, and statistical inference”, 1927.
  static func share(_ name: String, _ share: Double, of count: Int) -> EvaluationNumber {
    let (n, z) = (Double(count), 1.959964)
    let middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    let half = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)).squareRoot()
    return EvaluationNumber(name, share, interval: max(0, middle - half)...min(1, middle + half))
  }
}

/// What kind of number one is, which its name tells.
public struct EvaluationMetric: Sendable {
  private let last: Substring

  public init(_ name: String) { last = name.split(separator: ".").last ?? "" }

  public var isLowerBetter: Bool { last == "loss" || last.hasSuffix("_rank") }
  /// Between 0 and 1, read as percent.
  public var isShare: Bool { !isLowerBetter }
  /// Whether it is among the few that say most.
  public var isHeadline: Bool { ["recall_at_1", "top1", "macro", "loss"].contains(last) }

  /// Whether a number is better than another. One that isn't finite is no better than any.
  public func isBetter(_ value: Double, than other: Double) -> Bool {
    value.isFinite && (!other.isFinite || (isLowerBetter ? value < other : value > other))
  }

  /// `61.3 %`, `2.0134`
  public func text(_ value: Double) -> String {
    isShare ? String(format: "%.1f %%", 100 * value) : String(format: last == "loss" ? "%.4f" : "%.1f", value)
  }
}

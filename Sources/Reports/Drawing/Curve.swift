import Foundation

/// A number over the steps of a run, brought down to as many points as can be seen.
package struct Curve {
  /// Neighbouring steps: the smallest, mean and largest of their numbers.
  package struct Bucket {
    package let steps: ClosedRange<Int>
    package let low: Double
    package let middle: Double
    package let high: Double
    /// The numbers' moving average at the last of the steps.
    package let smooth: Double
  }

  package let buckets: [Bucket]

  /// More points than a chart has pixels to tell apart would only make the file large.
  package static let most = 240

  init(buckets: [Bucket]) { self.buckets = buckets }

  /// - Parameters:
  ///   - points: in the order of their steps; numbers that aren't finite are gaps.
  ///   - smoothing: the moving average's reach, as a share of the points; 0: it follows the mean.
  package init(_ points: [(step: Int, value: Double)], most: Int = Self.most, smoothing: Double = 0) {
    let points = points.filter(\.value.isFinite)
    guard let first = points.first?.step, let last = points.last?.step, last >= first else {
      buckets = []
      return
    }
    let width = (last - first) / most + 1
    let averages = Self.averages(points.map(\.value), reach: smoothing * Double(points.count))
    let groups = Dictionary(grouping: points.indices) { (points[$0].step - first) / width }
    buckets = groups.sorted { $0.key < $1.key }.map { _, members in
      let values = members.map { points[$0].value }
      let mean = values.reduce(0) { $0 + $1 / Double(values.count) }
      return Bucket(
        steps: points[members[0]].step...points[members[members.count - 1]].step, low: values.min() ?? mean,
        middle: mean, high: values.max() ?? mean, smooth: smoothing > 0 ? averages[members[members.count - 1]] : mean)
    }
  }

  /// Exponential moving averages, divided by the weight that has come together: the first is the first value.
  private static func averages(_ values: [Double], reach: Double) -> [Double] {
    let keep = reach > 1 ? 1 - 1 / reach : 0
    var (sum, weight) = (0.0, 0.0)
    return values.map { value in
      sum = keep * sum + (1 - keep) * value
      weight = keep * weight + 1 - keep
      return sum / weight
    }
  }

  var lastSmooth: Double? { buckets.last?.smooth }
}

extension Curve.Bucket {
  /// Where the bucket is drawn.
  var center: Double { (Double(steps.lowerBound) + Double(steps.upperBound)) / 2 }
  /// `step 7`, `steps 7–12`.
  var name: String {
    steps.count == 1 ? "step \(steps.lowerBound)" : "steps \(steps.lowerBound)–\(steps.upperBound)"
  }
}

/// Areas on top of each other over steps: what a whole is made of.
struct StackedChart {
  /// The first lies at the bottom. Curves of the same steps.
  let layers: [(name: String, curve: Curve)]
  let title: String
  let unit: String
  let caption: String

  /// Nil where there is nothing to draw.
  var figure: Figure? {
    guard let buckets = layers.first?.curve.buckets, !buckets.isEmpty,
      layers.allSatisfy({ $0.curve.buckets.count == buckets.count })
    else { return nil }
    let heights = sums
    let plot = Plot(
      x: Plot.stepAxis(buckets), y: Axis(heights.last ?? [], showsZero: true, margin: 0.04), unit: unit)
    let areas = layers.indices.map { area($0, buckets, heights, plot) }
    let stripes = plot.stripes(buckets) { range in words(range, buckets) }
    return Figure(
      title: title, drawing: plot.drawing("\(title) over steps", "\(areas)\(stripes)"),
      legend: layers.indices.reversed().map { LegendEntry(name: layers[$0].name, style: $0, isArea: true) },
      caption: caption)
  }

  /// The upper edge of each layer.
  private var sums: [[Double]] {
    var sums: [[Double]] = []
    for (_, curve) in layers {
      let below = sums.last ?? curve.buckets.map { _ in 0 }
      sums.append(zip(below, curve.buckets).map { $0 + $1.middle })
    }
    return sums
  }

  private func area(_ layer: Int, _ buckets: [Curve.Bucket], _ heights: [[Double]], _ plot: Plot) -> Markup {
    func edge(_ values: [Double]) -> [(x: Double, y: Double)] {
      zip(buckets, values).flatMap { bucket, value in
        [bucket.steps.lowerBound, bucket.steps.upperBound].map { (x: plot.across(Double($0)), y: plot.up(value)) }
      }
    }
    let below = layer == 0 ? buckets.map { _ in 0.0 } : heights[layer - 1]
    return #"<path class="area s\#(layer % 8)" d="M\#(points(edge(heights[layer]) + edge(below).reversed()))Z"/>"#
  }

  private func words(_ range: Range<Int>, _ buckets: [Curve.Bucket]) -> String {
    let head = "steps \(buckets[range.lowerBound].steps.lowerBound)–\(buckets[range.upperBound - 1].steps.upperBound)"
    let lines = layers.reversed().map { name, curve in
      let mean = curve.buckets[range].reduce(0) { $0 + $1.middle / Double(range.count) }
      return "\(name): \(short(mean)) \(unit)"
    }
    return ([head] + lines).joined(separator: "\n")
  }
}

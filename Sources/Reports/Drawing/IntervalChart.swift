/// Means with their intervals against what was varied: a line a series, and a dot each number that went into it.
struct IntervalChart {
  struct Point {
    /// Which of `places` it stands at.
    let place: Int
    let values: [Double]
    let mean: Double
    /// Equal to the mean where there is none.
    let low: Double
    let high: Double
  }

  struct Series {
    let name: String
    let points: [Point]
  }

  let title: String
  let unit: String
  let caption: String
  /// What the axis across is called, and the names along it.
  let along: String
  let places: [String]
  let series: [Series]

  /// Nil where there is nothing to draw.
  var figure: Figure? {
    let drawn = series.filter { !$0.points.isEmpty }
    let all = drawn.flatMap(\.points)
    guard !all.isEmpty else { return nil }
    let plot = Plot(
      x: across, y: Axis(all.flatMap { [$0.low, $0.high] + $0.values }, margin: 0.06), unit: unit, along: along,
      marks: zip(positions, places).map { ($0, $1) })
    let content = drawn.enumerated().map {
      draw($1, style: $0, plot, shift: 3 * (Double($0) - Double(drawn.count - 1) / 2))
    }
    return Figure(
      title: title, drawing: plot.drawing("\(title) against \(along)", "\(content)"),
      legend: drawn.count > 1 ? drawn.enumerated().map { LegendEntry(name: $1.name, style: $0) } : [], caption: caption)
  }

  /// Numbers lie where they are, on a logarithmic axis where they span a factor of 8; what isn't all numbers, side by side.
  private var numbers: [Double]? {
    let numbers = places.compactMap { Double($0) }.filter(\.isFinite)
    return numbers.count == places.count && places.count > 1 ? numbers : nil
  }
  private var scale: Axis.Scale {
    guard let numbers, let low = numbers.min(), let high = numbers.max() else { return .linear }
    return low > 0 && high / low >= 8 ? .logarithmic : .linear
  }
  private var positions: [Double] { numbers ?? places.indices.map(Double.init) }
  private var across: Axis {
    if numbers != nil { return Axis(positions, scale, margin: 0.06) }
    return Axis([-0.5, Double(places.count) - 0.5])
  }

  private func draw(_ series: Series, style: Int, _ plot: Plot, shift: Double) -> Markup {
    func x(_ point: Point) -> Double { plot.across(positions[point.place]) + shift }
    let bars = series.points.filter { $0.high > $0.low }.map { point -> Markup in
      #"<path class="line s\#(style % 8)" d="M\#(x(point)) \#(plot.up(point.low))V\#(plot.up(point.high))"/>"#
    }
    let dots = series.points.flatMap { point in
      point.values.map { value -> Markup in
        #"<circle class="dot s\#(style % 8)" opacity="0.45" cx="\#(x(point))" cy="\#(plot.up(value))" r="2.5"/>"#
      }
    }
    let means = series.points.map { point -> Markup in
      """
      <circle class="dot s\(style % 8)" cx="\(x(point))" cy="\(plot.up(point.mean))" r="4.5"><title>\
      \(series.name.isEmpty ? "" : series.name + ", ")\(places[point.place]): \(short(point.mean)) \
      (\(short(point.low)) to \(short(point.high)))</title></circle>
      """
    }
    // Lines join what has an order.
    let sorted = series.points.sorted { positions[$0.place] < positions[$1.place] }
    let joined: Markup =
      numbers == nil || sorted.count < 2
      ? ""
      : #"<path class="raw s\#(style % 8) d\#(style % 8)" d="M\#(points(sorted.map { (x($0), plot.up($0.mean)) }))"/>"#
    return "\(joined)\(bars)\(dots)\(means)"
  }
}

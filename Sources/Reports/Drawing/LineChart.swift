/// Curves over steps: a line each, over a band from the smallest to the largest number of what one point stands for.
struct LineChart {
  struct Line {
    let name: String
    let curve: Curve
    var style: Int
  }

  let title: String
  let unit: String
  let caption: String
  var lines: [Line]
  var scale = Axis.Scale.linear
  var showsZero = false

  /// Nil where there is nothing to draw.
  var figure: Figure? {
    let drawn = lines.filter { !$0.curve.buckets.isEmpty }
    guard !drawn.isEmpty else { return nil }
    let all = drawn.flatMap(\.curve.buckets)
    let plot = Plot(
      x: Plot.stepAxis(all),
      y: Axis(all.flatMap { [$0.low, $0.high, $0.smooth] }, scale, showsZero: showsZero, margin: 0.04),
      unit: unit + (scale == .logarithmic ? " (log)" : ""))
    let content: Markup = "\(drawn.map { band($0, plot) })\(drawn.map { line($0, plot) })\(stripes(drawn, plot))"
    return Figure(
      title: title, drawing: plot.drawing("\(title) over steps", content),
      legend: drawn.count > 1 ? drawn.map { LegendEntry(name: $0.name, style: $0.style) } : [], caption: caption)
  }

  private func band(_ line: Line, _ plot: Plot) -> Markup {
    let buckets = line.curve.buckets
    guard buckets.contains(where: { $0.high > $0.low || $0.smooth != $0.middle }) else { return "" }
    let above = buckets.map { (x: plot.across($0.center), y: plot.up($0.high)) }
    let below = buckets.reversed().map { (x: plot.across($0.center), y: plot.up($0.low)) }
    return #"<path class="band s\#(line.style % 8)" d="M\#(points(above + below))Z"/>"#
      // Where each point is one step, the band has no height: the raw numbers are a thin line.
      + #"<path class="raw s\#(line.style % 8)" d="M\#(points(buckets.map { (plot.across($0.center), plot.up($0.middle)) }))"/>"#
  }

  private func line(_ line: Line, _ plot: Plot) -> Markup {
    let path = line.curve.buckets.map { (x: plot.across($0.center), y: plot.up($0.smooth)) }
    if path.count == 1 {
      return #"<circle class="dot s\#(line.style % 8)" cx="\#(path[0].x)" cy="\#(path[0].y)" r="3"/>"#
    }
    let dashes: Markup = lines.count > 1 ? " d\(line.style % 8)" : ""
    return #"<path class="line s\#(line.style % 8)\#(dashes)" d="M\#(points(path))"/>"#
  }

  /// Stripes over the longest curve, which say what every curve has there.
  private func stripes(_ drawn: [Line], _ plot: Plot) -> Markup {
    guard let longest = drawn.max(by: { $0.curve.buckets.count < $1.curve.buckets.count })?.curve.buckets else {
      return ""
    }
    return plot.stripes(longest) { range in
      let steps = longest[range.lowerBound].steps.lowerBound...longest[range.upperBound - 1].steps.upperBound
      let lines = drawn.map { words(of: $0, at: steps) }
      return "steps \(steps.lowerBound)–\(steps.upperBound)\n" + lines.joined(separator: "\n")
    }
  }

  private func words(of line: Line, at steps: ClosedRange<Int>) -> String {
    let met = line.curve.buckets.filter { $0.steps.overlaps(steps) }
    guard let low = met.map(\.low).min(), let high = met.map(\.high).max() else { return "\(line.name): –" }
    let mean = met.reduce(0) { $0 + $1.middle / Double(met.count) }
    let spread = high > low ? " (\(short(low)) to \(short(high)))" : ""
    return "\(line.name): \(short(mean))\(unit.isEmpty ? "" : " " + unit)\(spread)"
  }
}

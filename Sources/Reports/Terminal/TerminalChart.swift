/// Curves of a number over steps, in characters of a terminal.
package struct TerminalChart {
  let title: String
  let curves: [(name: String, curve: Curve)]
  /// Whether the terminal shows colours.
  let isColored: Bool

  package init(title: String, curves: [(name: String, curve: Curve)], isColored: Bool) {
    (self.title, self.curves, self.isColored) = (title, curves, isColored)
  }

  private static let colors = [36, 33, 32, 35, 34, 31]
  private static let margin = 9

  /// - Parameters:
  ///   - columns: of the whole chart.
  ///   - rows: of the plot alone, without title and axis.
  package func lines(columns: Int, rows: Int) -> [String] {
    let buckets = curves.flatMap(\.curve.buckets)
    guard !buckets.isEmpty else { return [title, "  no row yet"] }
    let x = Plot.stepAxis(buckets)
    let y = Axis(buckets.map(\.smooth), margin: 0.02)
    let canvas = drawn(on: BrailleCanvas(columns: max(10, columns - Self.margin), rows: rows), x, y)
    let plot = (0..<rows).map { row in
      let label = row == 0 ? short(y.range.upperBound) : row == rows - 1 ? short(y.range.lowerBound) : ""
      return padded(label) + "│" + canvas.text(row: row) { colored(String($0), $1) }
    }
    let ends = (short(x.range.lowerBound), "step " + short(x.range.upperBound))
    let gap = String(repeating: " ", count: max(1, canvas.columns - ends.0.count - ends.1.count))
    return [title + legend] + plot + [padded("") + "└" + ends.0 + gap + ends.1]
  }

  private func drawn(on canvas: BrailleCanvas, _ x: Axis, _ y: Axis) -> BrailleCanvas {
    var canvas = canvas
    for (number, (_, curve)) in curves.enumerated() {
      let points = curve.buckets.map { bucket in
        (
          x: Int(x.place(bucket.center) * Double(canvas.width - 1)),
          y: Int(y.place(bucket.smooth) * Double(canvas.height - 1))
        )
      }
      if points.count == 1 { canvas.set(points[0].x, points[0].y, curve: number) }
      for (a, b) in zip(points, points.dropFirst()) { canvas.line(from: a, to: b, curve: number) }
    }
    return canvas
  }

  /// What each curve has come to.
  private var legend: String {
    curves.enumerated().map { number, curve in
      "  " + colored("━ \(curve.name)", number) + " " + short(curve.curve.lastSmooth ?? .nan)
    }.joined()
  }

  private func colored(_ text: String, _ number: Int) -> String {
    isColored ? "\u{1B}[\(Self.colors[number % Self.colors.count])m\(text)\u{1B}[0m" : text
  }

  private func padded(_ text: String) -> String {
    String(repeating: " ", count: max(0, Self.margin - 1 - text.count)) + text
  }
}

/// A matrix of cosines with pictures along its left side and captions along its top.
struct Heatmap {
  let matrix: CosineMatrix
  let pictures: [Thumbnail]
  let captions: [String]
  /// What the darkest and the brightest colour stand for.
  let range: ClosedRange<Double>

  private static let head = 150.0
  private static let left = 30.0
  private var cell: Double { (Plot.width - Self.left - 6) / Double(matrix.rows.count) }
  private var foot: Double { Self.head + cell * Double(matrix.rows.count) }

  var drawing: Markup {
    """
    <svg viewBox="0 0 \(Plot.width) \(foot + 40)" role="img" aria-label="Cosines of pictures and captions">\
    \(names)\(rows)\(scale)</svg>
    """
  }

  private func left(_ column: Int) -> Double { Self.left + cell * Double(column) }
  private func top(_ row: Int) -> Double { Self.head + cell * Double(row) }

  /// Captions stand upright over their columns; what is too long for that is cut, and whole where the pointer rests.
  private var names: Markup {
    let names = captions.enumerated().map { column, caption -> Markup in
      """
      <text transform="translate(\(left(column) + cell / 2 + 5) \(Self.head - 6)) rotate(-90)">\
      \(cut(caption, to: 18))<title>\(caption)</title></text>
      """
    }
    return "\(names)"
  }

  private var rows: Markup {
    let rows = matrix.rows.indices.map { row -> Markup in
      let picture: Markup =
        "<g><title>\(captions[row])</title>\(pictures[row].use(x: 0, y: top(row) + 0.5, side: min(cell - 1, Self.left - 3)))</g>"
      let cells = matrix.rows[row].indices.map { cell(row, $0) }
      let best = matrix.best(inRow: row).first ?? row
      return """
        \(picture)\(cells)<circle class="best" cx="\(left(best) + cell / 2)" cy="\(top(row) + cell / 2)" r="3.4"/>
        """
    }
    return "\(rows)"
  }

  private func cell(_ row: Int, _ column: Int) -> Markup {
    let value = Double(matrix.rows[row][column])
    let words = "\(decimal(value, digits: 3)): picture of “\(captions[row])”, caption “\(captions[column])”"
    return """
      <rect class="cell" x="\(left(column))" y="\(top(row))" width="\(cell)" height="\(cell)" \
      fill="\(Viridis.color(share(value)))"><title>\(words)</title></rect>
      """
  }

  private func share(_ value: Double) -> Double {
    (value - range.lowerBound) / max(1e-9, range.upperBound - range.lowerBound)
  }

  private var scale: Markup {
    let (steps, width) = (32, 200.0)
    let colors = (0..<steps).map { step -> Markup in
      let at = 110 + width * Double(step) / Double(steps)
      let color = Viridis.color(Double(step) / Double(steps - 1))
      return
        #"<rect x="\#(at)" y="\#(foot + 14)" width="\#(width / Double(steps) + 0.5)" height="14" fill="\#(color)"/>"#
    }
    return """
      \(colors)<text class="end" x="104" y="\(foot + 27)">cosine \(decimal(range.lowerBound, digits: 2))</text>\
      <text x="316" y="\(foot + 27)">\(decimal(range.upperBound, digits: 2))</text>
      """
  }
}

/// The begin of a text that would be too long.
func cut(_ text: String, to most: Int) -> String { text.count > most ? text.prefix(most - 1) + "…" : text }

/// Position embeddings for another number of positions than they were trained for.
///
/// - Source: OpenCLIP's `resize_pos_embed` and `resize_text_pos_embed`, and PyTorch's `interpolate` beneath them.
package enum PositionResizing {
  /// The positions of a square grid of patches: bicubic, widened where the grid shrinks (antialias), rows then columns.
  ///
  /// - Parameters:
  ///   - rows: `[tokens + side², width]`
  ///   - tokens: rows before the grid's, which stay.
  ///   - side: of the new grid.
  /// - Returns: `[tokens + side², width]`
  package static func grid(_ rows: [Float], width: Int, tokens: Int, side: Int) -> [Float] {
    let first = tokens * width
    let patches = rows.count / width - tokens
    guard let old = Self.side(ofGrid: patches) else {
      preconditionFailure("resize: \(patches) positions are no square")
    }
    let taps = (0..<side).map { bicubic($0, from: old, to: side) }
    let grid = rows[first...].map(Double.init)
    // [old, old · width] by rows of the grid, then each new row's [old, width] by its columns.
    let tall = mixed(grid, rowCount: old, taps)
    let wide = stride(from: 0, to: tall.count, by: old * width).flatMap {
      mixed(Array(tall[$0..<$0 + old * width]), rowCount: old, taps)
    }
    return rows[..<first] + wide.map { Float($0) }
  }

  /// The side of a square of so many positions; nil where they are none.
  static func side(ofGrid positions: Int) -> Int? {
    guard positions > 0 else { return nil }
    let side = Int(Double(positions).squareRoot())
    return side * side == positions ? side : nil
  }

  /// A text's positions: linear between neighbours, both ends as they are.
  ///
  /// - Parameters:
  ///   - rows: `[positions + tokens, width]`
  ///   - tokens: rows behind the text's, which stay.
  /// - Returns: `[length + tokens, width]`
  package static func line(_ rows: [Float], width: Int, tokens: Int = 0, length: Int) -> [Float] {
    let old = rows.count / width - tokens
    let taps = (0..<length).map { linear($0, from: old, to: length) }
    let text = rows[..<(old * width)].map(Double.init)
    return mixed(text, rowCount: old, taps).map { Float($0) } + rows[(old * width)...]
  }

  /// The inputs that one output is a mean of, each with its weight.
  private typealias Taps = [(row: Int, weight: Double)]

  private static func mixed(_ rows: [Double], rowCount: Int, _ taps: [Taps]) -> [Double] {
    let width = rows.count / rowCount
    return taps.flatMap { taps in
      var sum = [Double](repeating: 0, count: width)
      for (row, weight) in taps {
        for i in 0..<width { sum[i] += weight * rows[row * width + i] }
      }
      return sum
    }
  }

  private static func bicubic(_ i: Int, from: Int, to: Int) -> Taps {
    let scale = Double(from) / Double(to)
    let stretch = max(scale, 1)
    let centre = scale * (Double(i) + 0.5)
    let reach = 2 * stretch
    let first = max(0, Int(centre - reach + 0.5))
    let end = min(from, Int(centre + reach + 0.5))
    let weights = (first..<end).map { keys((Double($0) - centre + 0.5) / stretch) }
    let total = weights.reduce(0, +)
    return zip(first..<end, weights).map { ($0, $1 / total) }
  }

  /// Keys' cubic kernel, a = −0.5, as PyTorch has it with antialias.
  private static func keys(_ x: Double) -> Double {
    let (a, t) = (-0.5, abs(x))
    if t < 1 { return ((a + 2) * t - (a + 3)) * t * t + 1 }
    return t < 2 ? (((t - 5) * t + 8) * t - 4) * a : 0
  }

  private static func linear(_ i: Int, from: Int, to: Int) -> Taps {
    let place = max(0, Double(from) / Double(to) * (Double(i) + 0.5) - 0.5)
    let low = min(Int(place), from - 1)
    let share = place - Double(low)
    return [(low, 1 - share), (min(low + 1, from - 1), share)]
  }
}

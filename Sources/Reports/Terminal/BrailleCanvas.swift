/// A grid of characters of 2 × 4 dots each, on which curves of several colours are drawn.
package struct BrailleCanvas {
  let columns: Int
  let rows: Int
  private var dots: [UInt8]
  /// The curve that drew into a character last; −1: none.
  private var curves: [Int]

  var width: Int { 2 * columns }
  var height: Int { 4 * rows }

  package init(columns: Int, rows: Int) {
    (self.columns, self.rows) = (columns, rows)
    dots = [UInt8](repeating: 0, count: columns * rows)
    curves = [Int](repeating: -1, count: columns * rows)
  }

  /// Sets a dot, counted from the lower left; one outside is not drawn.
  package mutating func set(_ x: Int, _ y: Int, curve: Int) {
    guard 0..<width ~= x, 0..<height ~= y else { return }
    let down = height - 1 - y
    let cell = down / 4 * columns + x / 2
    dots[cell] |= Self.bit(x % 2, down % 4)
    curves[cell] = curve
  }

  /// Draws a straight line from dot to dot.
  package mutating func line(from a: (x: Int, y: Int), to b: (x: Int, y: Int), curve: Int) {
    let steps = max(abs(b.x - a.x), abs(b.y - a.y), 1)
    for i in 0...steps {
      let part = Double(i) / Double(steps)
      set(
        a.x + Int((part * Double(b.x - a.x)).rounded()), a.y + Int((part * Double(b.y - a.y)).rounded()), curve: curve)
    }
  }

  /// The characters of a row, from the top.
  ///
  /// - Parameter color: wraps a character in its curve's colour.
  package func text(row: Int, color: (Character, Int) -> String) -> String {
    (row * columns..<(row + 1) * columns).map { cell in
      dots[cell] == 0 ? " " : color(Character(UnicodeScalar(0x2800 + UInt32(dots[cell]))!), curves[cell])
    }.joined()
  }

  /// Unicode numbers the dots of a column from the top, but for the lowest two, which came later.
  private static func bit(_ x: Int, _ down: Int) -> UInt8 {
    down == 3 ? 0x40 << UInt8(x) : 1 << UInt8(3 * x + down)
  }
}

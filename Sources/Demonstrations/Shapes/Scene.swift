import Pairs

/// A picture to be drawn, on a square of 100 × 100, with what is said of it.
struct Scene: Sendable {
  /// The value that this picture has of the task's factor: “three”, “left of”.
  let factor: String
  let caption: String
  /// Captions that are wrong by the factor alone.
  let hardNegatives: [String]
  var marks: [Mark] = []
  var writing: [Writing] = []

  struct Mark: Sendable {
    let item: Item
    let x: Double
    let y: Double
    let area: Double
  }

  struct Writing: Sendable {
    let text: String
    let x: Double
    let y: Double
    /// The letters' height.
    let size: Double
    let ink: Ink
  }

  private var svg: String {
    let shapes = marks.map { $0.item.shape.svg(x: $0.x, y: $0.y, area: $0.area, fill: $0.item.ink.hex) }
    let texts = writing.map {
      "<text x=\"\(short($0.x))\" y=\"\(short($0.y))\" font-family=\"sans-serif\" font-size=\"\(short($0.size))\" "
        + "text-anchor=\"middle\" fill=\"\($0.ink.hex)\">\($0.text)</text>"
    }
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"100\" height=\"100\" viewBox=\"0 0 100 100\">"
      + (shapes + texts).joined() + "</svg>"
  }

  /// As PNG on white, of so many pixels a side.
  func png(side: Int) throws(PictureError) -> [UInt8] {
    try Picture(drawing: Array(svg.utf8), shorterSide: side).encoded(as: ".png")
  }
}

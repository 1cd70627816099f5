extension Raster {
  /// Whatever was drawn, on white, its ink filling a square but for a margin of 1/16: all styles line up.
  ///
  /// - Returns: `[side, side, 3]`; nil if there is no ink.
  package func framed(side: Int) throws(EmojiError) -> Raster? {
    guard let box = inkBox() else { return nil }
    let inner = side - 2 * max(1, side / 16)
    let glyph = try onWhite(box).scaled(by: Double(inner) / Double(max(box.x.count, box.y.count)))
    return glyph.centred(side: side)
  }

  /// How opaque each pixel is: alpha, or the ink of a mask.
  private func ink(_ x: Int, _ y: Int) -> Int {
    bands == 3 ? 255 : Int(bytes[(y * width + x) * bands + bands - 1])
  }

  /// The smallest rectangle around all but the faintest ink.
  private func inkBox() -> (x: Range<Int>, y: Range<Int>)? {
    var (left, right, top, bottom) = (width, -1, height, -1)
    for y in 0..<height {
      for x in 0..<width where ink(x, y) > 16 {
        (left, right) = (min(left, x), max(right, x))
        (top, bottom) = (min(top, y), max(bottom, y))
      }
    }
    return right < 0 ? nil : (left..<right + 1, top..<bottom + 1)
  }

  /// A rectangle in RGB on white; a mask becomes black on white.
  private func onWhite(_ box: (x: Range<Int>, y: Range<Int>)) -> Raster {
    var pixels: [UInt8] = []
    pixels.reserveCapacity(box.x.count * box.y.count * 3)
    for y in box.y {
      for x in box.x {
        let (at, opaque) = ((y * width + x) * bands, ink(x, y))
        for band in 0..<3 {
          let colour = bands == 1 ? 0 : Int(bytes[at + (bands == 2 ? 0 : band)])
          pixels.append(UInt8((colour * opaque + 255 * (255 - opaque) + 127) / 255))
        }
      }
    }
    return Raster(width: box.x.count, height: box.y.count, bands: 3, bytes: pixels)
  }

  private func centred(side: Int) -> Raster {
    precondition(width <= side && height <= side && bands == 3, "centred: \(width) × \(height) × \(bands) in \(side)")
    var square = [UInt8](repeating: 255, count: side * side * 3)
    let (left, top) = ((side - width) / 2, (side - height) / 2)
    for y in 0..<height {
      let to = ((top + y) * side + left) * 3
      square.replaceSubrange(to..<to + width * 3, with: bytes[y * width * 3..<(y + 1) * width * 3])
    }
    return Raster(width: side, height: side, bands: 3, bytes: square)
  }
}

import Foundation
import Pairs

/// A picture of something, and what it is called.
struct Thing: Sendable {
  /// Its name within the source: the path without its ending.
  let name: String
  /// What it is called, the first best.
  let captions: [String]
  /// Where its source has put it: “food/fruit”.
  let folder: String
  /// A file of pixels, or a drawing.
  let file: String
  var form = Form.drawing

  /// The rungs of a ladder from what a camera sees to what a pen leaves.
  enum Form: String, Encodable, Sendable { case photograph, drawing, emoji, lines }

  /// The coarse class that the folder means; nil where it is none of them.
  var kind: String? { ThingKinds.kind(folder) }

  /// The picture on white, its ink filling a square but for a margin of 1/16, as PNG; nil where there is no ink.
  func picture(side: Int) throws -> Picture? {
    guard let data = FileManager.default.contents(atPath: file) else {
      throw ThingError.unreadable(path: file)
    }
    let bytes = [UInt8](data)
    // Large enough that what is trimmed leaves more than is asked for.
    let whole =
      Picture.isDrawing(bytes) ? try Picture(drawing: bytes, shorterSide: 4 * side) : try Picture(decoding: bytes)
    return whole.framed(side: side)
  }
}

extension Picture {
  /// What isn't white, in the middle of a white square.
  func framed(side: Int) -> Picture? {
    guard let box = inkBox() else { return nil }
    let margin = max(1, side / 16)
    let inner = resized(box, width: box.width, height: box.height)
      .square(side - 2 * margin, SquareFit(.longest, fill: 255))
    var pixels = [UInt8](repeating: 255, count: side * side * 3)
    for row in 0..<inner.height {
      let start = ((margin + row) * side + margin) * 3
      pixels.replaceSubrange(
        start..<start + 3 * inner.width, with: inner.pixels[3 * inner.width * row..<3 * inner.width * (row + 1)])
    }
    return Picture(width: side, height: side, pixels: pixels)
  }

  private func inkBox() -> Rectangle? {
    var (left, right, top, bottom) = (width, -1, height, -1)
    for y in 0..<height {
      for x in 0..<width where pixels[(y * width + x) * 3..<(y * width + x) * 3 + 3].contains(where: { $0 < 245 }) {
        (left, right) = (min(left, x), max(right, x))
        (top, bottom) = (min(top, y), max(bottom, y))
      }
    }
    return right < 0 ? nil : Rectangle(x: left, y: top, width: right - left + 1, height: bottom - top + 1)
  }

  /// A few greys that tell whether two pictures are nearly the same: the mean of each of 16 × 16 fields.
  var thumbnail: [UInt8] {
    let small = resized(whole, width: 16, height: 16)
    return (0..<256).map { field in
      let sum = small.pixels[3 * field..<3 * field + 3].reduce(0) { $0 + Int($1) }
      return UInt8(sum / 3)
    }
  }
}

/// Why a source of things can't be used.
public enum ThingError: Error, CustomStringConvertible, Equatable {
  case unreadable(path: String)
  case nothing(directory: String, package: String)

  public var description: String {
    switch self {
    case .unreadable(let path): "can't read \(path)"
    case .nothing(let directory, let package):
      "\(directory) holds no pictures of \(package): `launch/things` brings what is needed, or unpack the package there"
    }
  }
}

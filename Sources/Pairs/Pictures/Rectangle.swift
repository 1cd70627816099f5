/// A part of a picture, in pixels.
public struct Rectangle: Sendable, Equatable {
  /// The upper left pixel, counted from the picture's upper left one.
  public var (x, y): (Int, Int)
  public var (width, height): (Int, Int)

  public init(x: Int, y: Int, width: Int, height: Int) {
    (self.x, self.y, self.width, self.height) = (x, y, width, height)
  }

  /// Whether `other` isn't empty and lies within this rectangle.
  func contains(_ other: Rectangle) -> Bool {
    other.width > 0 && other.height > 0 && other.x >= x && other.y >= y && other.x + other.width <= x + width
      && other.y + other.height <= y + height
  }
}

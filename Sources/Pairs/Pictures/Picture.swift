/// RGB bytes, rows from the top: `[height, width, 3]`.
public struct Picture: Sendable, Equatable {
  public let width: Int
  public let height: Int
  /// `[height, width, 3]`
  public internal(set) var pixels: [UInt8]

  public init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(
      width > 0 && height > 0 && pixels.count == width * height * 3,
      "picture: \(pixels.count) bytes, \(width) × \(height) × 3")
    (self.width, self.height, self.pixels) = (width, height, pixels)
  }
}

/// RGB bytes, rows from the top: `[height, width, 3]`.
public struct Picture: Sendable, Equatable {
  public let width: Int
  public let height: Int
  public internal(set) var pixels: [UInt8]

  public init(width: Int, height: Int, pixels: [UInt8]) {
    precondition(
      width > 0 && height > 0 && pixels.count == width * height * 3,
      "picture: \(pixels.count) bytes, \(width) × \(height) × 3")
    (self.width, self.height, self.pixels) = (width, height, pixels)
  }
}

/// A part of a picture, in pixels.
public struct Rectangle: Sendable, Equatable {
  public var (x, y): (Int, Int)
  public var (width, height): (Int, Int)

  public init(x: Int, y: Int, width: Int, height: Int) {
    (self.x, self.y, self.width, self.height) = (x, y, width, height)
  }
}

/// Why bytes aren't a picture that can be used.
public enum PictureError: Error, Hashable, CustomStringConvertible {
  case notAPicture(start: String)
  case undecodable(reason: String)
  case tooLarge(width: Int, height: Int)
  case unencodable(reason: String)

  public var description: String {
    switch self {
    case .notAPicture(let start): "not a picture (JPEG, PNG, WebP, GIF, TIFF, AVIF, JPEG XL …): it begins with \(start)"
    case .undecodable(let reason): "the picture can't be decoded: \(reason)"
    case .tooLarge(let width, let height):
      "the picture is \(width) × \(height), more than \(Picture.mostPixels / 1_000_000) megapixels"
    case .unencodable(let reason): "the picture can't be encoded: \(reason)"
    }
  }
}

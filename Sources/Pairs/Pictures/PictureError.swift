/// Why bytes aren't a picture that can be used.
public enum PictureError: Error, Hashable, CustomStringConvertible {
  case notAPicture(start: String)
  case undecodable(reason: String)
  case tooLarge(width: Int, height: Int, most: Int)
  case unencodable(reason: String)

  public var description: String {
    switch self {
    case .notAPicture(let start):
      "not a picture (JPEG, PNG, WebP, GIF, TIFF, BMP, PPM, AVIF, JPEG XL …): it begins with \(start)"
    case .undecodable(let reason): "the picture can't be decoded: \(reason)"
    case .tooLarge(let width, let height, let most):
      "the picture is \(width) × \(height), more than \(most) pixels (data.picture_pixels)"
    case .unencodable(let reason): "the picture can't be encoded: \(reason)"
    }
  }
}

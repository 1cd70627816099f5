/// What stands behind the transparent parts of a picture.
public enum PictureBackground: String, Codable, Sendable {
  /// Transparency is blended with white, the default here: what a person sees on a page.
  case white
  /// Transparency is blended with black.
  case black
  /// Alpha is dropped and hidden colours come to light, as in PIL's `convert("RGB")`, hence in OpenCLIP.
  case ignored
}

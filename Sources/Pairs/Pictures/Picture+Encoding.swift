import CVips

/// What the bands of pixels to encode mean.
public enum Bands: Int, Sendable {
  case gray = 1
  case grayAlpha = 2
  case rgb = 3
  case rgba = 4

  fileprivate var meaning: VipsInterpretation {
    rawValue < 3 ? VIPS_INTERPRETATION_B_W : VIPS_INTERPRETATION_sRGB
  }
}

extension Picture {
  /// Encodes this picture as the ending says: ".png", ".jpg[Q=90]", ".webp[lossless]" (libvips' options).
  public func encoded(as ending: String) throws(PictureError) -> [UInt8] {
    try encode(pixels, width: width, height: height, .rgb, as: ending)
  }
}

/// Encodes bytes `[height, width, bands]` as a picture file.
public func encode(
  _ pixels: [UInt8], width: Int, height: Int, _ bands: Bands, as ending: String
) throws(PictureError) -> [UInt8] {
  precondition(
    pixels.count == width * height * bands.rawValue, "encode: \(pixels.count), \(width) × \(height) × \(bands)")
  startVips()
  let bytes = pixels.withUnsafeBytes { pixels -> [UInt8]? in
    guard
      let plain = vips_image_new_from_memory(
        pixels.baseAddress, pixels.count, CInt(width), CInt(height), CInt(bands.rawValue), VIPS_FORMAT_UCHAR)
    else { return nil }
    defer { g_object_unref(plain) }
    return encodedBytes(plain, bands, as: ending)
  }
  guard let bytes else { throw .unencodable(reason: vipsMessage()) }
  return bytes
}

private func encodedBytes(_ plain: UnsafeMutablePointer<VipsImage>, _ bands: Bands, as ending: String) -> [UInt8]? {
  var labelled: UnsafeMutablePointer<VipsImage>?
  guard cvips_label(plain, &labelled, bands.meaning) == 0, let labelled else { return nil }
  defer { g_object_unref(labelled) }
  var (bytes, size): (UnsafeMutableRawPointer?, Int) = (nil, 0)
  guard cvips_encode(labelled, ending, &bytes, &size) == 0, let bytes else { return nil }
  defer { g_free(bytes) }
  return [UInt8](UnsafeRawBufferPointer(start: bytes, count: size))
}

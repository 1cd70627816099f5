import CVips
import Files
import Foundation

extension Picture {
  /// Decodes by libvips, whose loader is found by content.
  static func vips(
    _ bytes: UnsafeRawBufferPointer, _ background: PictureBackground, _ mostPixels: Int
  ) throws(PictureError) -> Picture {
    startVips()
    // What an earlier picture left is no reason of this one's.
    vips_error_clear()
    guard let source = vips_source_new_from_memory(bytes.baseAddress, bytes.count) else {
      throw .undecodable(reason: vipsMessage())
    }
    defer { g_object_unref(source) }
    guard let loader = vips_foreign_find_load_source(source),
      trustedLoaders.contains(where: String(cString: loader).hasPrefix)
    else {
      vips_error_clear()
      throw .notAPicture(start: start(of: bytes))
    }
    guard let opened = cvips_open(source) else { throw .undecodable(reason: vipsMessage()) }
    return try decode(opened, background, mostPixels)
  }

  static func decode(
    _ opened: UnsafeMutablePointer<VipsImage>, _ background: PictureBackground, _ mostPixels: Int
  ) throws(PictureError) -> Picture {
    var image = opened
    defer { g_object_unref(image) }
    let (width, height) = (Int(vips_image_get_width(image)), Int(vips_image_get_height(image)))
    try check(width: width, height: height, mostPixels)

    func apply(
      _ step: (UnsafeMutablePointer<VipsImage>, UnsafeMutablePointer<UnsafeMutablePointer<VipsImage>?>) -> CInt
    )
      throws(PictureError)
    {
      var out: UnsafeMutablePointer<VipsImage>?
      guard step(image, &out) == 0, let out else { throw .undecodable(reason: vipsMessage()) }
      g_object_unref(image)
      image = out
    }
    let inks = vips_image_get_interpretation(image) == VIPS_INTERPRETATION_CMYK && vips_image_get_bands(image) == 4
    if !inks, vips_image_get_interpretation(image) != VIPS_INTERPRETATION_sRGB { try apply(cvips_srgb) }
    if vips_image_get_format(image) != VIPS_FORMAT_UCHAR { try apply(cvips_bytes) }
    if inks {
      let pixels = try pixels(of: image, bands: 4)
      return Picture(width: width, height: height, pixels: withoutInk(pixels))
    }
    if vips_image_hasalpha(image) != 0, background != .ignored {
      try apply { cvips_flatten($0, $1, background == .white ? 255 : 0) }
    }
    if vips_image_get_bands(image) > 3 { try apply { cvips_first_bands($0, $1, 3) } }
    guard vips_image_get_bands(image) == 3 else { throw .undecodable(reason: "its colours aren't RGB") }
    return Picture(width: width, height: height, pixels: try pixels(of: image, bands: 3))
  }

  /// Evaluates the pipeline in this thread: `vips_image_write_to_memory` would start others.
  private static func pixels(of image: UnsafeMutablePointer<VipsImage>, bands: Int) throws(PictureError) -> [UInt8] {
    guard let region = vips_region_new(image) else { throw .undecodable(reason: vipsMessage()) }
    defer { g_object_unref(region) }
    let (width, height) = (Int(vips_image_get_width(image)), Int(vips_image_get_height(image)))
    let (rowBytes, count) = (bands * width, bands * width * height)
    guard hasMemory(for: count) else { throw .undecodable(reason: noMemory) }
    var failed = false
    let pixels = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count && !failed {
        let top = filled / rowBytes
        var strip = VipsRect(left: 0, top: CInt(top), width: CInt(width), height: CInt(min(stripRows, height - top)))
        failed = vips_region_prepare(region, &strip) != 0
        for row in 0..<Int(strip.height) where !failed {
          memcpy(buffer.baseAddress! + filled, cvips_row(region, CInt(top + row)), rowBytes)
          filled += rowBytes
        }
      }
    }
    if failed { throw .undecodable(reason: vipsMessage()) }
    return pixels
  }
}

/// Rows decoded at once: a multiple of the 8 or 16 that JPEG's blocks have.
private let stripRows = 64

/// Formats of pictures proper. libvips would also take SVG, PDF, tables of numbers and whatever ImageMagick takes.
private let trustedLoaders = [
  "VipsForeignLoadJpeg", "VipsForeignLoadWebp", "VipsForeignLoadNsgif", "VipsForeignLoadTiff", "VipsForeignLoadHeif",
  "VipsForeignLoadJxl", "VipsForeignLoadJp2k", "VipsForeignLoadPpm",
]

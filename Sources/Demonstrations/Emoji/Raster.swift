import CVips
import Pairs

/// A picture in memory: `[height, width, bands]` bytes.
public struct Raster: Sendable {
  let width: Int
  let height: Int
  let bands: Int
  package let bytes: [UInt8]
}

/// The one gate to libvips.
enum Vips {
  /// Runs an operation that makes a picture, and takes the picture's bytes.
  static func raster(
    _ what: String, _ operation: (inout UnsafeMutablePointer<VipsImage>?) -> Int32
  ) throws(EmojiError) -> Raster {
    startVips()
    var image: UnsafeMutablePointer<VipsImage>?
    guard operation(&image) == 0, let image else { throw failure(what) }
    defer { g_object_unref(image) }
    var count = 0
    guard let memory = vips_image_write_to_memory(image, &count) else { throw failure(what) }
    defer { g_free(memory) }
    let bytes = [UInt8](UnsafeRawBufferPointer(start: memory, count: count))
    let (width, height) = (Int(vips_image_get_width(image)), Int(vips_image_get_height(image)))
    let bands = Int(vips_image_get_bands(image))
    guard bytes.count == width * height * bands else {
      throw .drawing(
        what: what, problem: "\(bytes.count) bytes for \(width) × \(height) × \(bands): not 8 bits a sample")
    }
    return Raster(width: width, height: height, bands: bands, bytes: bytes)
  }

  static func failure(_ what: String) -> EmojiError {
    defer { vips_error_clear() }
    return .drawing(what: what, problem: String(cString: vips_error_buffer()))
  }
}

extension Raster {
  /// The text in one font; RGBA if in colour, else one band with white ink.
  static func text(_ text: String, font: String, file: String, colour: Bool) throws(EmojiError) -> Raster {
    try Vips.raster(text) { cvips_text(&$0, text, font, file, colour ? 1 : 0) }
  }

  static func png(_ bytes: [UInt8], name: String) throws(EmojiError) -> Raster {
    try Vips.raster(name) { image in bytes.withUnsafeBytes { cvips_decode_png($0.baseAddress, $0.count, &image) } }
  }

  func scaled(by factor: Double) throws(EmojiError) -> Raster {
    try withImage { image throws(EmojiError) in try Vips.raster("it smaller") { cvips_scale(image, &$0, factor) } }
  }

  /// - Returns: the bytes of a PNG file, always the same for the same pixels.
  func png() throws(EmojiError) -> [UInt8] {
    try withImage { image throws(EmojiError) in
      var (bytes, count) = (UnsafeMutableRawPointer?.none, 0)
      guard cvips_encode_png(image, &bytes, &count) == 0, let bytes else { throw Vips.failure("a PNG") }
      defer { g_free(bytes) }
      return [UInt8](UnsafeRawBufferPointer(start: bytes, count: count))
    }
  }

  private func withImage<Result>(
    _ body: (UnsafeMutablePointer<VipsImage>) throws(EmojiError) -> Result
  ) throws(EmojiError) -> Result {
    let made = bytes.withUnsafeBytes { memory in
      vips_image_new_from_memory_copy(
        memory.baseAddress, memory.count, Int32(width), Int32(height), Int32(bands), VIPS_FORMAT_UCHAR)
    }
    guard let made else { throw Vips.failure("pixels") }
    defer { g_object_unref(made) }
    return try body(made)
  }
}

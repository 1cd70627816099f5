import CPixbuf
import CVips  // GLib

/// What a BMP file says of itself.
struct BitmapHeader {
  let width: Int
  let height: Int
  /// Where the rows begin, and their bits a pixel; nil where they are compressed.
  private let rows: (start: Int, bits: Int)?
  /// Whether it has no more colours than its pixels can name. gdk-pixbuf takes a count of 2^31 and more for one below zero,
  /// and memory for it.
  let hasSomeColors: Bool

  /// Nil where the bytes don't begin as a BMP does.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= 26, bytes.starts(with: Array("BM".utf8)) else { return nil }
    func number<Value: FixedWidthInteger>(_ at: Int, _ type: Value.Type) -> Int {
      Int(Value(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: type)))
    }
    let size = number(14, UInt32.self)
    let old = size == 12
    guard old || (40...124).contains(size), bytes.count >= 14 + size else { return nil }
    // Rows from the top down have a height below zero.
    width = old ? number(18, UInt16.self) : number(18, Int32.self)
    height = old ? number(20, UInt16.self) : abs(number(22, Int32.self))
    let (bits, compression) = (number(old ? 24 : 28, UInt16.self), old ? 0 : number(30, UInt32.self))
    guard bits <= 32 else { return nil }
    hasSomeColors = old || bits > 8 || number(46, UInt32.self) <= 1 << bits
    rows = compression == 0 || compression == 3 ? (number(10, UInt32.self), bits) : nil
  }

  /// Bytes that a whole file has at least. Of a picture within bounds.
  var leastBytes: Int {
    guard let rows else { return 0 }
    return rows.start + (rows.bits * width + 31) / 32 * 4 * height
  }
}

extension Picture {
  /// By gdk-pixbuf; transparency, which few BMP files have and Pillow ignores, is ignored.
  static func bitmap(
    _ bytes: UnsafeRawBufferPointer, _ header: BitmapHeader, _ mostPixels: Int
  ) throws(PictureError) -> Picture {
    try check(width: header.width, height: header.height, mostPixels)
    // gdk-pixbuf leaves black what is missing.
    guard bytes.count >= header.leastBytes else { throw .undecodable(reason: "the file ends too early") }
    guard header.hasSomeColors else { throw .undecodable(reason: "its palette has more colours than its pixels name") }
    var error: UnsafeMutablePointer<GError>?
    func failure() -> PictureError {
      defer { g_clear_error(&error) }
      return .undecodable(reason: error.map { String(cString: $0.pointee.message) } ?? "no reason given")
    }
    guard let loader = gdk_pixbuf_loader_new_with_type("bmp", &error) else { throw failure() }
    defer { g_object_unref(loader) }
    let written = gdk_pixbuf_loader_write(
      loader, bytes.bindMemory(to: UInt8.self).baseAddress, gsize(bytes.count), &error)
    if written == 0 { gdk_pixbuf_loader_close(loader, nil) }
    guard written != 0, gdk_pixbuf_loader_close(loader, &error) != 0, let found = gdk_pixbuf_loader_get_pixbuf(loader)
    else { throw failure() }
    return try rgb(found)
  }

  private static func rgb(_ found: OpaquePointer) throws(PictureError) -> Picture {
    let (width, height) = (Int(gdk_pixbuf_get_width(found)), Int(gdk_pixbuf_get_height(found)))
    let (channels, stride) = (Int(gdk_pixbuf_get_n_channels(found)), Int(gdk_pixbuf_get_rowstride(found)))
    guard channels == 3 || channels == 4, let rows = gdk_pixbuf_read_pixels(found) else {
      throw .undecodable(reason: "its colours aren't RGB")
    }
    var pixels: [UInt8] = []
    pixels.reserveCapacity(width * height * 3)
    for y in 0..<height {
      for x in 0..<width {
        pixels.append(contentsOf: UnsafeBufferPointer(start: rows + y * stride + x * channels, count: 3))
      }
    }
    return Picture(width: width, height: height, pixels: pixels)
  }
}

import CVips

extension Picture {
  /// Whether bytes are SVG: XML that comes to an `svg` element. libvips looks no further than the first 1,000 bytes,
  /// and some drawings say more of themselves before.
  public static func isDrawing(_ bytes: [UInt8]) -> Bool {
    let start = bytes.prefix(1 << 16)
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    guard start.first(where: { !$0.isBlank && !mark.contains($0) }) == UInt8(ascii: "<") else { return false }
    return start.firstRange(of: Array("<svg".utf8)) != nil
  }

  /// Draws SVG so that the picture's shorter side is `shorterSide`, up to rounding; what is transparent becomes white.
  ///
  /// librsvg gets bytes and no address, so that a drawing reads no other file and no network, and it bounds elements and
  /// nested references. How long it draws isn't bounded: this is for data that one packs, not for what strangers send.
  ///
  /// - Throws: `PictureError` where the bytes aren't SVG, or what is drawn would have more than `mostPixels`.
  public init(drawing bytes: [UInt8], shorterSide: Int, mostPixels: Int = Picture.mostPixels) throws(PictureError) {
    let drawn = Self.withSource(Self.measuredInPixels(bytes)) { source in
      Result { () throws(PictureError) in try Self.drawn(source, shorterSide, mostPixels) }
    }
    guard let drawn else { throw .undecodable(reason: vipsMessage()) }
    self = try drawn.get()
  }

  /// The drawing with its page in CSS's pixels where it is in points, millimetres … and has no viewBox: libvips takes 72 an
  /// inch, by which such a page is smaller than what is drawn on it, and cuts it.
  private static func measuredInPixels(_ bytes: [UInt8]) -> [UInt8] {
    let head = bytes.prefix(1 << 16)
    guard let start = head.firstRange(of: Array("<svg".utf8)),
      let end = head[start.upperBound...].firstIndex(of: UInt8(ascii: ">"))
    else { return bytes }
    let tag = String(decoding: head[start.lowerBound...end], as: UTF8.self)
    if tag.contains("viewBox") { return bytes }
    let sizes = /(\s(?:width|height)\s*=\s*["'])\s*([0-9.]+)\s*(pt|pc|mm|cm|in)\s*(["'])/
    let measured = tag.replacing(sizes) { size in
      let pixels = (Double(size.2) ?? 0) * 96 / (unitsPerInch[String(size.3)] ?? 96)
      return "\(size.1)\(pixels)\(size.4)"
    }
    return bytes[..<start.lowerBound] + Array(measured.utf8) + bytes[(end + 1)...]
  }

  private static let unitsPerInch = ["pt": 72, "pc": 6, "mm": 25.4, "cm": 2.54, "in": 1]

  private static func drawn(
    _ source: UnsafeMutablePointer<VipsSource>, _ shorterSide: Int, _ mostPixels: Int
  ) throws(PictureError) -> Picture {
    guard let plain = cvips_open_drawing(source, 1) else { throw .undecodable(reason: vipsMessage()) }
    let (width, height) = (Int(vips_image_get_width(plain)), Int(vips_image_get_height(plain)))
    g_object_unref(plain)
    let shorter = min(width, height)
    guard shorter > 0 else { throw .undecodable(reason: "it is \(width) × \(height) pixels") }
    let scale = Double(shorterSide) / Double(shorter)
    let longer = Double(max(width, height)) * scale
    guard longer * Double(shorterSide) <= Double(mostPixels) else {
      throw .tooLarge(width: shorterSide, height: Int(longer), most: mostPixels)
    }
    guard let scaled = cvips_open_drawing(source, scale) else { throw .undecodable(reason: vipsMessage()) }
    return try decode(scaled, .white, mostPixels)
  }

  private static func withSource<Result>(
    _ bytes: [UInt8], _ body: (UnsafeMutablePointer<VipsSource>) -> Result
  ) -> Result? {
    startVips()
    vips_error_clear()
    defer { vips_error_clear() }
    return bytes.withUnsafeBytes { bytes in
      guard let source = vips_source_new_from_memory(bytes.baseAddress, bytes.count) else { return nil }
      defer { g_object_unref(source) }
      return body(source)
    }
  }
}

/// Which libvips makes pictures' files.
package let vipsVersion = String(cString: vips_version_string())

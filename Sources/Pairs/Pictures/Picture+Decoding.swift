import CPictures
import Files
import Foundation

extension Picture {
  /// The most pixels a picture may have unless a caller says otherwise; larger ones are refused before they are decoded.
  public static let mostPixels = 100_000_000

  /// Decodes a picture file, whatever its name: JPEG, PNG, BMP, and by libvips WebP, GIF, TIFF, AVIF, JPEG XL, JPEG 2000,
  /// PPM. Grey, palette, 16 bits a channel and CMYK become RGB bytes.
  ///
  /// As in PIL, the orientation that EXIF asks for and embedded colour profiles are left alone, an animation gives its
  /// first frame, and a truncated file is an error.
  ///
  /// - Throws: `PictureError` where the bytes are no picture, a damaged one or too large a one.
  public init(
    decoding bytes: [UInt8], background: PictureBackground = .white, mostPixels: Int = Picture.mostPixels
  ) throws(PictureError) {
    let decoded = bytes.withUnsafeBytes { bytes in
      Result { () throws(PictureError) in try Self.decode(bytes, background, mostPixels) }
    }
    self = try decoded.get()
  }

  private static func decode(
    _ bytes: UnsafeRawBufferPointer, _ background: PictureBackground, _ mostPixels: Int
  ) throws(PictureError) -> Picture {
    if bytes.starts(with: [0xFF, 0xD8, 0xFF]), let picture = try jpeg(bytes, mostPixels) { return picture }
    if bytes.starts(with: [0x89, 0x50, 0x4E, 0x47]) { return try png(bytes, background, mostPixels) }
    if let header = BitmapHeader(bytes) { return try bitmap(bytes, header, mostPixels) }
    return try vips(bytes, background, mostPixels)
  }

  /// Nil for four inks, which libvips knows to read.
  private static func jpeg(_ bytes: UnsafeRawBufferPointer, _ mostPixels: Int) throws(PictureError) -> Picture? {
    guard let file = cp_jpeg_open(bytes.baseAddress, bytes.count) else { throw .undecodable(reason: noMemory) }
    defer { cp_jpeg_close(file) }
    let state = cp_jpeg_state(file)
    try check(state, mostPixels)
    guard state.channels == 1 || state.channels == 3 else { return nil }
    return try filled(state) {
      cp_jpeg_read(file, $0)
      return cp_jpeg_state(file).problem
    }
  }

  private static func png(
    _ bytes: UnsafeRawBufferPointer, _ background: PictureBackground, _ mostPixels: Int
  ) throws(PictureError) -> Picture {
    guard let file = cp_png_open(bytes.baseAddress, bytes.count) else { throw .undecodable(reason: noMemory) }
    defer { cp_png_close(file) }
    let state = cp_png_state(file)
    try check(state, mostPixels)
    let level: CInt =
      switch background {
      case .white: 255
      case .black: 0
      case .ignored: -1
      }
    return try filled(state) {
      cp_png_read(file, level, $0)
      return cp_png_state(file).problem
    }
  }

  private static func check(_ state: cp_state, _ mostPixels: Int) throws(PictureError) {
    if let problem = state.problem { throw .undecodable(reason: String(cString: problem)) }
    try check(width: Int(state.width), height: Int(state.height), mostPixels)
  }

  static func check(width: Int, height: Int, _ mostPixels: Int) throws(PictureError) {
    guard width > 0, height > 0 else { throw .undecodable(reason: "it is \(width) × \(height) pixels") }
    guard width <= mostPixels / height else { throw .tooLarge(width: width, height: height, most: mostPixels) }
  }

  /// - Parameter read: fills `[height, width, 3]` and gives the problem it met, or nil.
  private static func filled(
    _ state: cp_state, _ read: (UnsafeMutablePointer<UInt8>?) -> UnsafePointer<CChar>?
  ) throws(PictureError) -> Picture {
    let (width, height) = (Int(state.width), Int(state.height))
    guard hasMemory(for: width * height * 3) else { throw .undecodable(reason: noMemory) }
    var problem: String?
    let pixels = [UInt8](unsafeUninitializedCapacity: width * height * 3) { buffer, count in
      problem = read(buffer.baseAddress).map { String(cString: $0) }
      count = problem == nil ? width * height * 3 : 0
    }
    if let problem { throw .undecodable(reason: problem) }
    return Picture(width: width, height: height, pixels: pixels)
  }

  static func start(of bytes: UnsafeRawBufferPointer) -> String {
    let start = bytes.prefix(16)
    if start.isEmpty { return "nothing: it is empty" }
    if start.allSatisfy({ 32..<127 ~= $0 }) { return "“\(String(decoding: start, as: UTF8.self))”" }
    return "the bytes " + start.prefix(8).map { String(format: "%02x", $0) }.joined(separator: " ")
  }
}

let noMemory = "there is no memory for it"

import Pairs
import Testing

@Test(arguments: [
  "rgb.png", "gray.png", "palette.png", "bilevel.png", "sixteen.png", "rgb.jpg", "gray.jpg", "cmyk.jpg", "oriented.jpg",
  "rgb.webp",
])
func `pictures decode to what Pillow reads`(name: String) throws {
  let decoded = try Picture(decoding: goldenFile(name))
  #expect(try largestDifference(decoded, golden(name, 24, 18)) == 0)
}

@Test func `transparent parts show the background, or with ignored what Pillow reads`() throws {
  let file = try goldenFile("rgba.png")
  #expect(try largestDifference(Picture(decoding: file, background: .ignored), golden("rgba.png", 24, 18)) == 0)
  let (white, black) = (try Picture(decoding: file), try Picture(decoding: file, background: .black))
  // Alpha is 0 in the first pixel and 255 in the last.
  #expect(white.pixels.prefix(3) == [255, 255, 255] && black.pixels.prefix(3) == [0, 0, 0])
  #expect(white.pixels.suffix(3) == black.pixels.suffix(3))
}

@Test func `grey with alpha is blended too`() throws {
  let file = try encode([100, 255, 100, 0], width: 2, height: 1, .grayAlpha, as: ".png")
  #expect(try Picture(decoding: file).pixels == [100, 100, 100, 255, 255, 255])
}

@Test func `a text where a picture should be is named`() throws {
  let error = #expect(throws: PictureError.self) { try Picture(decoding: Array("<html>404</html>".utf8)) }
  #expect(error == .notAPicture(start: "“<html>404</html>”"))
  #expect(throws: PictureError.notAPicture(start: "nothing: it is empty")) { try Picture(decoding: []) }
}

@Test func `an SVG is no picture here`() {
  let svg = Array("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'></svg>".utf8)
  #expect(throws: PictureError.notAPicture(start: "“<svg xmlns='http”")) { try Picture(decoding: svg) }
}

@Test(arguments: ["rgb.png", "rgb.jpg", "rgb.webp"])
func `a truncated picture is an error`(name: String) throws {
  let file = try goldenFile(name)
  #expect(throws: PictureError.self) { try Picture(decoding: Array(file.prefix(file.count * 2 / 3))) }
}

@Test func `a picture of a billion pixels is refused by its header`() throws {
  var file = try goldenFile("rgb.jpg")
  // Start of frame: marker, length, precision, height, width.
  let frame = try #require(file.indices.dropLast().first { file[$0] == 0xff && file[$0 + 1] == 0xc0 })
  file.replaceSubrange(frame + 5..<frame + 9, with: [0x80, 0x00, 0x80, 0x00])
  let error = PictureError.tooLarge(width: 32768, height: 32768, most: Picture.mostPixels)
  #expect(throws: error) { try Picture(decoding: file) }
}

@Test(arguments: ["rgb.png", "rgb.jpg", "rgb.webp", "cmyk.jpg"])
func `the bound on pixels is the caller's`(name: String) throws {
  let file = try goldenFile(name)
  #expect(throws: PictureError.tooLarge(width: 24, height: 18, most: 431)) {
    try Picture(decoding: file, mostPixels: 431)
  }
  #expect(try Picture(decoding: file, mostPixels: 432).width == 24)
}

@Test func `tall pictures decode past the first strip`() throws {
  let pixels = (0..<300 * 5 * 3).map { UInt8(truncatingIfNeeded: $0 * 37 >> 3) }
  let tall = Picture(width: 5, height: 300, pixels: pixels)
  #expect(try Picture(decoding: tall.encoded(as: ".png")) == tall)
}

/// A BMP of three pixels, red, green and blue, and an off-white one: two rows of two, from below unless `top`.
private func bitmapFile(top: Bool = false) -> [UInt8] {
  func bytes(_ number: Int, _ count: Int) -> [UInt8] {
    (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
  }
  // Blue, green, red; rows end at multiples of four bytes.
  let rows: [[UInt8]] = [[0, 0, 255, 0, 255, 0, 0, 0], [255, 0, 0, 250, 251, 252, 0, 0]]
  let header =
    bytes(40, 4) + bytes(2, 4) + bytes(top ? -2 : 2, 4) + bytes(1, 2) + bytes(24, 2) + bytes(0, 4) + bytes(16, 4)
    + [UInt8](repeating: 0, count: 16)
  return Array("BM".utf8) + bytes(70, 4) + bytes(0, 4) + bytes(54, 4) + header + (top ? rows : rows.reversed()).joined()
}

@Test(arguments: [false, true]) func `a BMP is read, from below and from the top`(top: Bool) throws {
  let file = bitmapFile(top: top)
  let expected: [UInt8] = [255, 0, 0, 0, 255, 0, 0, 0, 255, 252, 251, 250]
  #expect(try Picture(decoding: file) == Picture(width: 2, height: 2, pixels: expected))
  #expect(throws: PictureError.tooLarge(width: 2, height: 2, most: 3)) { try Picture(decoding: file, mostPixels: 3) }
  let error = PictureError.undecodable(reason: "the file ends too early")
  #expect(throws: error) { try Picture(decoding: Array(file.dropLast())) }
}

@Test func `a BMP's header can say anything`() throws {
  let file = bitmapFile()
  // Every field of the header, at its extremes and beside them; what isn't refused is two by two.
  for at in 14..<54 {
    for value: UInt8 in [0, 1, 2, 8, 16, 32, 127, 128, 255] {
      var other = file
      other[at] = value
      if let found = try? Picture(decoding: other, mostPixels: 1 << 16) { #expect(found.width <= 1 << 16) }
    }
  }
}

/// gdk-pixbuf would ask for 4 GB: found by launch/fuzz.
@Test func `a BMP's palette has no more colours than its pixels name`() throws {
  var file = bitmapFile() + [UInt8](repeating: 0, count: 64)
  let error = PictureError.undecodable(reason: "its palette has more colours than its pixels name")
  for bits: UInt8 in [1, 4, 8] {
    file[28] = bits
    for count: [UInt8] in [[0xFF, 0xFF, 0xFF, 0xFF], [0x61, 0x6C, 0, 0xFF], [1, 1, 0, 0]] {
      file.replaceSubrange(46..<50, with: count)
      #expect(throws: error) { try Picture(decoding: file) }
    }
  }
  // A palette of fewer is one.
  let palette: [UInt8] = [0, 0, 255, 0, 255, 0, 0, 0]
  file = Array(file[..<54]) + palette + [0x80, 0, 0, 0, 0x40, 0, 0, 0]
  (file[10], file[28]) = (62, 1)
  file.replaceSubrange(46..<50, with: [2, 0, 0, 0])
  let (red, blue): ([UInt8], [UInt8]) = ([255, 0, 0], [0, 0, 255])
  #expect(try Picture(decoding: file).pixels == red + blue + blue + red)
}

@Test func `a PPM is read`() throws {
  let pixels: [UInt8] = [1, 2, 3, 4, 5, 6]
  let picture = Picture(width: 2, height: 1, pixels: pixels)
  #expect(try Picture(decoding: Array("P6\n2 1\n255\n".utf8) + pixels) == picture)
  #expect(try Picture(decoding: Array("P3\n# by hand\n2 1\n255\n1 2 3\n4 5 6\n".utf8)) == picture)
}

/// `rgb.png` with another header, and a chunk before it if asked.
private func pngFile(width: UInt32, height: UInt32, before: [UInt8] = []) throws -> [UInt8] {
  let file = try goldenFile("rgb.png")
  func bytes(_ number: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: number >> (24 - 8 * $0)) } }
  let body = Array("IHDR".utf8) + bytes(width) + bytes(height) + file[24..<29]
  return file[..<8] + before + bytes(13) + body + bytes(crc32(body)) + file[33...]
}

private func crc32(_ bytes: [UInt8]) -> UInt32 {
  ~bytes.reduce(~0) { crc, byte in
    (0..<8).reduce(crc ^ UInt32(byte)) { crc, _ in crc >> 1 ^ (crc & 1 == 1 ? 0xEDB8_8320 : 0) }
  }
}

@Test func `a broken picture's reason is its own`() throws {
  #expect(try Picture(decoding: pngFile(width: 24, height: 18)) == Picture(decoding: goldenFile("rgb.png")))
  let huge = try pngFile(width: 0x7FFF_FFFF, height: 0x7FFF_FFFF)
  let error = PictureError.tooLarge(width: 0x7FFF_FFFF, height: 0x7FFF_FFFF, most: Picture.mostPixels)
  // Iphone's own kind of PNG begins with a chunk of four bytes that says so.
  let body = Array("CgBI".utf8) + [0x50, 0, 0x20, 2]
  let chunk = [0, 0, 0, 4] + body + withUnsafeBytes(of: crc32(body).bigEndian) { Array($0) }
  for _ in 0..<2 {
    #expect(throws: error) { try Picture(decoding: huge) }
    for (file, reason) in [
      (try pngFile(width: 24, height: 0), "height is zero"),
      (try pngFile(width: 24, height: 18, before: chunk), "CgBI"),
      (Array(try goldenFile("rgb.webp").dropLast(40)), "webp"),
      (Array(try goldenFile("rgb.jpg").dropLast(40)), "too early"),
    ] {
      let found = #expect(throws: PictureError.self) { try Picture(decoding: file) }
      let text = found?.description ?? ""
      #expect(text.contains(reason))
      #expect(["height is zero", "CgBI", "webp", "too early"].filter(text.contains).count == 1, "\(text)")
    }
  }
}

/// A page of 80 points is 106⅔ of the units that are drawn in: of 80 units the square would be cut off.
@Test(arguments: ["80pt", "28.222mm", "1.1111in"])
func `a page in other units than pixels holds all that is drawn on it`(side: String) throws {
  let drawing = """
    <?xml version="1.0"?>
    <svg xmlns="http://www.w3.org/2000/svg" width="\(side)" height = '\(side)' stroke-width="1pt"><rect x="85" y="85"
    width="10" height="10"/></svg>
    """
  let picture = try Picture(drawing: Array(drawing.utf8), shorterSide: 107)
  func red(_ x: Int, _ y: Int) -> UInt8 { picture.pixels[(y * picture.width + x) * 3] }
  #expect(red(90, 90) == 0 && red(100, 100) == 255 && red(80, 80) == 255)
}

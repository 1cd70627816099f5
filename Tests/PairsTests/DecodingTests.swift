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
  #expect(throws: PictureError.tooLarge(width: 32768, height: 32768)) { try Picture(decoding: file) }
}

@Test func `tall pictures decode past the first strip`() throws {
  let pixels = (0..<300 * 5 * 3).map { UInt8(truncatingIfNeeded: $0 * 37 >> 3) }
  let tall = Picture(width: 5, height: 300, pixels: pixels)
  #expect(try Picture(decoding: tall.encoded(as: ".png")) == tall)
}

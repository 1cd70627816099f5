import Pairs
import Randomness
import Testing

@Test(arguments: [(20, 15), (61, 30), (40, 47), (64, 64), (90, 71), (7, 3), (1, 1)])
func `resizing agrees with Pillow byte for byte`(width: Int, height: Int) throws {
  let wide = try golden("wide", 61, 47)
  let ours = wide.resized(wide.whole, width: width, height: height)
  #expect(try largestDifference(ours, golden("resized", width, height)) == 0)
}

@Test func `resizing a crop agrees with torchvision's resized_crop`() throws {
  let wide = try golden("wide", 61, 47)
  let ours = wide.resized(Rectangle(x: 5, y: 7, width: 40, height: 31), width: 32, height: 32)
  #expect(try largestDifference(ours, golden("cropped", 32, 32)) == 0)
}

@Test func `a window of the result is that part of the whole result`() throws {
  let wide = try golden("wide", 61, 47)
  let all = wide.resized(wide.whole, width: 40, height: 30)
  let part = wide.resized(
    wide.whole, width: 40, height: 30, window: Rectangle(x: 3, y: 11, width: 17, height: 9))
  for y in 0..<9 {
    let start = ((y + 11) * 40 + 3) * 3
    #expect(Array(part.pixels[(y * 51)..<(y * 51 + 51)]) == Array(all.pixels[start..<start + 51]))
  }
}

@Test func `the same size changes nothing`() throws {
  let wide = try golden("wide", 61, 47)
  #expect(wide.resized(wide.whole, width: 61, height: 47) == wide)
}

@Test(arguments: [(20, 15), (61, 30), (90, 71), (7, 3)])
func `bilinear resizing agrees with Pillow byte for byte`(width: Int, height: Int) throws {
  let wide = try golden("wide", 61, 47)
  let ours = wide.resized(wide.whole, width: width, height: height, by: .bilinear)
  #expect(try largestDifference(ours, golden("bilinear", width, height)) == 0)
}

@Test func `evaluation agrees with OpenCLIP, halves rounded to the even margin`() throws {
  let wide = try golden("wide", 61, 47)
  #expect(try largestDifference(wide.square(32), golden("evaluated-wide", 32, 32)) == 0)
  #expect(try largestDifference(transposed(wide).square(32), golden("evaluated-high", 32, 32)) == 0)
}

@Test(arguments: [
  ("squash", SquareFit(.squash)), ("longest", SquareFit(.longest)),
  ("longest-filled", SquareFit(.longest, by: .bilinear, fill: 127)),
  ("shortest-bilinear", SquareFit(by: .bilinear)), ("hugging-face", SquareFit(marginRounding: .down)),
])
func `other ways to a square agree with OpenCLIP and Hugging Face`(name: String, fit: SquareFit) throws {
  let wide = try golden("wide", 61, 47)
  #expect(try largestDifference(wide.square(24, fit), golden("\(name)-wide", 24, 24)) == 0)
  #expect(try largestDifference(transposed(wide).square(24, fit), golden("\(name)-high", 24, 24)) == 0)
}

@Test func `a line of pixels keeps its length, and one of width`() {
  let line = Picture(width: 1000, height: 1, pixels: [UInt8](repeating: 9, count: 3000))
  let found = line.square(8, SquareFit(.longest, fill: 200))
  #expect(found.pixels.count { $0 == 9 } == 24 && found.pixels.count { $0 == 200 } == 7 * 24)
}

private func transposed(_ picture: Picture) -> Picture {
  var pixels: [UInt8] = []
  for x in 0..<picture.width {
    for y in 0..<picture.height {
      let pixel = (y * picture.width + x) * 3
      pixels += picture.pixels[pixel..<pixel + 3]
    }
  }
  return Picture(width: picture.height, height: picture.width, pixels: pixels)
}

@Test func `random crops lie inside, with the area and ratio asked for`() throws {
  let picture = Picture(width: 200, height: 150, pixels: [UInt8](repeating: 0, count: 200 * 150 * 3))
  var random = Philox(seed: 1, purpose: .augmentation)
  var smallest = 1.0
  for _ in 0..<500 {
    let crop = picture.randomCrop(scale: 0.3...0.6, ratio: 0.75...1.25, &random)
    #expect(crop.x >= 0 && crop.y >= 0 && crop.x + crop.width <= 200 && crop.y + crop.height <= 150)
    let area = Double(crop.width * crop.height) / 30000
    let ratio = Double(crop.width) / Double(crop.height)
    smallest = min(smallest, area)
    // Sides are rounded to whole pixels, of about 80 at least.
    #expect(area > 0.29 && area < 0.61 && ratio > 0.74 && ratio < 1.27)
  }
  #expect(smallest < 0.33)
}

@Test func `a picture too narrow for the ratio is cropped at its centre`() {
  let strip = Picture(width: 200, height: 10, pixels: [UInt8](repeating: 0, count: 6000))
  var random = Philox(seed: 1, purpose: .augmentation)
  let crop = strip.randomCrop(scale: 0.9...1, ratio: 0.75...4 / 3, &random)
  #expect(crop == Rectangle(x: 93, y: 0, width: 13, height: 10))
}

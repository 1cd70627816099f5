import Pairs
import Testing

/// Against Tests/Golden/evaluation.py: Pillow's decoders, OpenCLIP's transform.
@Suite struct EvaluationTransformTests {
  @Test(arguments: [
    "444.jpg", "420.jpg", "422-progressive.jpg", "gray.jpg", "oriented.jpg", "cmyk.jpg", "cmyk-plain.jpg", "cmyk.tif",
    "rgb.png", "gray.png", "bilevel.png", "palette.png", "palette-transparent.png", "rgba.png", "gray-alpha.png",
    "sixteen-rgb.png", "lossless.webp", "lossy.webp", "lossy-alpha.webp", "palette.gif",
  ])
  func `gives OpenCLIP's pixels for every format`(name: String) throws {
    let transform = ImageTransform.evaluation(side: 32, background: .ignored)
    let found = try transform(goldenFile("../evaluation/\(name)"))
    let expected = try goldenFile("../evaluation/\(name).32x32.rgb")
    let differences = zip(found, expected).map { abs(Int($0) - Int($1)) }
    let mean = Double(differences.reduce(0, +)) / Double(differences.count)
    #expect(found.count == expected.count)
    #expect(differences.max()! <= 1 && mean <= 0.2, "largest \(differences.max()!), mean \(mean)")
  }

  /// Pillow turns 16 bits of grey into white wherever they exceed 255; what is seen is their high byte.
  @Test func `16-bit grey is scaled`() throws {
    let found = try Picture(decoding: goldenFile("../evaluation/sixteen-gray.png"))
    let color = try Picture(decoding: goldenFile("../evaluation/sixteen-rgb.png"))
    for pixel in stride(from: 0, to: found.pixels.count, by: 3) {
      #expect(found.pixels[pixel..<pixel + 3].allSatisfy { $0 == color.pixels[pixel] })
    }
  }
}

import Foundation
import Pairs
import Randomness
import Testing

@Test(arguments: [Float(0.6), 1.4])
func `brightness, contrast and saturation agree with torchvision`(factor: Float) throws {
  let small = try golden("small", 24, 18)
  var (bright, contrast, saturated) = (small, small, small)
  bright.brighten(factor)
  contrast.changeContrast(factor)
  saturated.saturate(factor)
  #expect(try largestDifference(bright, golden("brightness-\(factor)", 24, 18)) == 0)
  #expect(try largestDifference(contrast, golden("contrast-\(factor)", 24, 18)) == 0)
  #expect(try largestDifference(saturated, golden("saturation-\(factor)", 24, 18)) == 0)
}

@Test(arguments: [Float(-0.3), 0.1])
func `hue agrees with torchvision`(turn: Float) throws {
  var small = try golden("small", 24, 18)
  small.shiftHue(turn)
  #expect(try largestDifference(small, golden("hue-\(turn)", 24, 18)) == 0)
}

@Test func `saturation zero is torchvision's grey`() throws {
  var small = try golden("small", 24, 18)
  small.saturate(0)
  #expect(try largestDifference(small, golden("gray", 24, 18)) == 0)
}

@Test func `affine agrees with torchvision's bilinear one`() throws {
  let moved = try golden("small", 24, 18).moved(AffineMove(degrees: 20, shear: 10, scale: 1.1, shift: (3, -2)))
  // Pillow cuts the fraction off where we round.
  #expect(try largestDifference(moved, golden("affine", 24, 18)) <= 1)
}

@Test func `a half turn reverses the pixels and a flip each row`() throws {
  let small = try golden("small", 24, 18)
  let pixels = stride(from: 0, to: small.pixels.count, by: 3).map { Array(small.pixels[$0..<$0 + 3]) }
  let turned = small.moved(AffineMove(degrees: 180, shear: 0, scale: 1, shift: (0, 0)))
  #expect(turned.pixels == pixels.reversed().flatMap { $0 })
  var flipped = small
  flipped.flip()
  let mirrored = (0..<18).flatMap { row in pixels[(row * 24)..<(row * 24 + 24)].reversed().flatMap { $0 } }
  #expect(flipped.pixels == mirrored)
}

private var everything: Augmentation {
  var all = Augmentation()
  (all.cropScale, all.affineDegrees, all.affineTranslate, all.affineScale, all.affineShear) = (
    0.5...1, 15, 0.1, 0.8...1.2, 5
  )
  (all.colorBrightness, all.colorContrast, all.colorSaturation, all.colorHue) = (0.4, 0.4, 0.4, 0.1)
  (all.colorProbability, all.grayProbability, all.flipProbability) = (0.8, 0.2, 0.5)
  return all
}

@Test func `augmentation depends on the sample's stream alone`() throws {
  let file = try goldenFile("rgb.png")
  let transform = ImageTransform.training(side: 16, augmentation: everything)
  func pixels(epoch: Int, sample: UInt64) throws -> [UInt8] {
    try transform(file, Philox(seed: 3, purpose: .augmentation, epoch: epoch, sample: sample))
  }
  #expect(try pixels(epoch: 0, sample: 1) == pixels(epoch: 0, sample: 1))
  #expect(try pixels(epoch: 0, sample: 1) != pixels(epoch: 1, sample: 1))
  #expect(try pixels(epoch: 0, sample: 1) != pixels(epoch: 0, sample: 2))
}

@Test func `by default training crops and leaves colours alone`() throws {
  let gray = Picture(width: 40, height: 40, pixels: [UInt8](repeating: 90, count: 4800))
  let pixels = try ImageTransform.training(side: 16)(gray.encoded(as: ".png"))
  #expect(pixels == [UInt8](repeating: 90, count: 768))
}

@Test func `an augmentation is read with defaults, written with OpenCLIP-like keys, and checked`() throws {
  let read = try JSONDecoder().decode(
    Augmentation.self, from: Data(#"{"crop_scale": [0.5, 1], "color_hue": 0.1}"#.utf8))
  #expect(read.cropScale == 0.5...1 && read.colorHue == 0.1 && read.cropRatio == 0.75...4 / 3)
  let again = try JSONDecoder().decode(Augmentation.self, from: JSONEncoder().encode(everything))
  #expect(again == everything)
  #expect(Augmentation.keys.contains("flip_probability") && Augmentation.keys.count == 13)
  #expect(throws: DecodingError.self) {
    try JSONDecoder().decode(Augmentation.self, from: Data(#"{"color_hue": 0.7}"#.utf8))
  }
}

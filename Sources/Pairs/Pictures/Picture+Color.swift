import CKernels
import Randomness

/// torchvision's colour changes as it makes them on PIL's pictures, byte for byte.
///
/// - Source: Pillow, ImageEnhance.py, Blend.c and Convert.c; torchvision, `_functional_pil.adjust_hue`.
extension Picture {
  /// Brightness, contrast, saturation and hue in a random order.
  mutating func jitter(_ augmentation: Augmentation, _ random: inout Philox) {
    func factor(_ most: Float) -> Float { random.uniform(in: max(0, 1 - most)...1 + most) }
    let brightness = factor(augmentation.colorBrightness)
    let contrast = factor(augmentation.colorContrast)
    let saturation = factor(augmentation.colorSaturation)
    let hue = random.uniform(in: -augmentation.colorHue...augmentation.colorHue)
    for change in shuffled([0, 1, 2, 3], &random) {
      switch change {
      case 0 where brightness != 1: brighten(brightness)
      case 1 where contrast != 1: changeContrast(contrast)
      case 2 where saturation != 1: saturate(saturation)
      case 3 where hue != 0: shiftHue(hue)
      default: break
      }
    }
  }

  /// Multiplies every byte: a factor of 0 gives black, 1 changes nothing.
  package mutating func brighten(_ factor: Float) { blend(with: 0, factor) }

  /// Moves every byte away from the mean of the greys: a factor of 0 gives that grey, 1 changes nothing.
  package mutating func changeContrast(_ factor: Float) {
    let mean = Double(ck_sum_gray(pixels, width * height)) / Double(width * height)
    blend(with: Int(mean + 0.5), factor)
  }

  /// Moves every pixel away from its own grey: a factor of 0 leaves greys, 1 changes nothing.
  package mutating func saturate(_ factor: Float) { ck_saturate(&pixels, width * height, factor) }

  /// Turns the hue of every pixel.
  ///
  /// - Parameter turn: part of the circle, from −½ to ½.
  package mutating func shiftHue(_ turn: Float) {
    ck_shift_hue(&pixels, width * height, UInt8(truncatingIfNeeded: Int(Double(turn) * 255)))
  }

  private mutating func blend(with level: Int, _ factor: Float) {
    let table = (0..<256).map { UInt8(max(0, min(255, Float(level) + factor * Float($0 - level)))) }
    ck_map_bytes(&pixels, table, pixels.count)
  }
}

extension Augmentation {
  /// Whether it changes brightness, contrast, saturation or hue.
  var changesColor: Bool { colorBrightness > 0 || colorContrast > 0 || colorSaturation > 0 || colorHue > 0 }
}

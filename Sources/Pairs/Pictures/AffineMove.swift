import CKernels
import Foundation
import Randomness

/// A rotation, shear, scale and shift about the centre.
package struct AffineMove {
  /// Degrees, clockwise.
  package var degrees = 0.0
  /// Degrees, along x.
  package var shear = 0.0
  /// The factor of sizes.
  package var scale = 1.0
  /// Pixels, to the right and down.
  package var shift = (x: 0.0, y: 0.0)

  package init(degrees: Double, shear: Double, scale: Double, shift: (x: Double, y: Double)) {
    (self.degrees, self.shear, self.scale, self.shift) = (degrees, shear, scale, shift)
  }

  /// Draws a move, or nil when the augmentation has none. Always takes five numbers.
  init?(_ augmentation: Augmentation, side: Int, _ random: inout Philox) {
    func either(_ most: Float) -> Double { Double(random.uniform(in: -most...most)) }
    degrees = either(augmentation.affineDegrees)
    shift.x = either(augmentation.affineTranslate * Float(side)).rounded(.toNearestOrEven)
    shift.y = either(augmentation.affineTranslate * Float(side)).rounded(.toNearestOrEven)
    scale = Double(random.uniform(in: augmentation.affineScale))
    shear = either(augmentation.affineShear)
    if !augmentation.moves { return nil }
  }

  /// Where in the input an output's point comes from: the inverse of the move, in 1/65536 of a pixel.
  ///
  /// - Source: torchvision `_get_inverse_affine_matrix`, with a shear along x only.
  func inverse(width: Int, height: Int) -> [Int64] {
    let (turn, slant) = (degrees * .pi / 180, shear * .pi / 180)
    let (a, c) = (cos(turn), sin(turn))
    let (b, d) = (-a * tan(slant) - c, -c * tan(slant) + a)
    let linear = [d / scale, -b / scale, -c / scale, a / scale]
    let (x, y) = (Double(width) / 2, Double(height) / 2)
    let offset = (
      x - linear[0] * (x + shift.x) - linear[1] * (y + shift.y),
      y - linear[2] * (x + shift.x) - linear[3] * (y + shift.y)
    )
    return [linear[0], linear[1], offset.0, linear[2], linear[3], offset.1].map { Int64(($0 * 65536).rounded()) }
  }
}

extension Picture {
  /// This picture moved, bilinearly; what comes from outside is white.
  package func moved(_ move: AffineMove) -> Picture {
    let moved = [UInt8](unsafeUninitializedCapacity: pixels.count) { buffer, count in
      ck_affine(buffer.baseAddress, pixels, height, width, move.inverse(width: width, height: height), 255)
      count = pixels.count
    }
    return Picture(width: width, height: height, pixels: moved)
  }

  /// Exchanges left and right.
  package mutating func flip() {
    for row in 0..<height {
      for x in 0..<width / 2 {
        let (left, right) = ((row * width + x) * 3, (row * width + width - 1 - x) * 3)
        for c in 0..<3 { pixels.swapAt(left + c, right + c) }
      }
    }
  }
}

extension Augmentation {
  /// Whether it has any affine move.
  var moves: Bool { affineDegrees > 0 || affineTranslate > 0 || affineScale != 1...1 || affineShear > 0 }
}

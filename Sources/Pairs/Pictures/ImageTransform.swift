import Foundation
import Randomness

/// From a picture file to the bytes a model takes: `[side, side, 3]`, RGB.
public struct ImageTransform: Sendable {
  /// Width and height of the result, in pixels.
  public let side: Int
  /// How pictures are varied; nil in evaluation.
  public let augmentation: Augmentation?
  /// What shows through transparent pictures.
  public let background: PictureBackground
  /// Larger pictures are refused.
  public let mostPixels: Int
  /// How pictures become squares in evaluation.
  public let fit: SquareFit

  /// Resizes and crops as OpenCLIP does in evaluation.
  public static func evaluation(
    side: Int, fit: SquareFit = SquareFit(), background: PictureBackground = .white,
    mostPixels: Int = Picture.mostPixels
  ) -> ImageTransform {
    ImageTransform(side: side, augmentation: nil, background: background, mostPixels: mostPixels, fit: fit)
  }

  /// Crops at random and resizes, then whatever else the augmentation asks for.
  public static func training(
    side: Int, augmentation: Augmentation = Augmentation(), background: PictureBackground = .white,
    mostPixels: Int = Picture.mostPixels
  ) -> ImageTransform {
    precondition(augmentation.problems.isEmpty, "augmentation: \(augmentation.problems)")
    return ImageTransform(side: side, augmentation: augmentation, background: background, mostPixels: mostPixels)
  }

  private init(
    side: Int, augmentation: Augmentation?, background: PictureBackground, mostPixels: Int,
    fit: SquareFit = SquareFit()
  ) {
    precondition(side > 0, "image transform: side \(side)")
    (self.side, self.augmentation, self.fit) = (side, augmentation, fit)
    (self.background, self.mostPixels) = (background, mostPixels)
  }

  /// Decodes a picture's file and makes of it what the model takes.
  ///
  /// - Parameter random: the sample's stream of purpose `.augmentation`; not used in evaluation.
  public func callAsFunction(
    _ file: [UInt8], _ random: Philox = Philox(seed: 0, purpose: .augmentation)
  ) throws(PictureError) -> [UInt8] {
    let picture = try Picture(decoding: file, background: background, mostPixels: mostPixels)
    guard let augmentation else { return picture.square(side, fit).pixels }
    return picture.augmented(augmentation, side: side, random).pixels
  }
}

extension Picture {
  func augmented(_ augmentation: Augmentation, side: Int, _ random: Philox) -> Picture {
    var random = random
    let crop = randomCrop(scale: augmentation.cropScale, ratio: augmentation.cropRatio, &random)
    var picture = resized(crop, width: side, height: side)
    if let move = AffineMove(augmentation, side: side, &random) { picture = picture.moved(move) }
    if random.happens(augmentation.flipProbability) { picture.flip() }
    if augmentation.changesColor, random.happens(augmentation.colorProbability) {
      picture.jitter(augmentation, &random)
    }
    if random.happens(augmentation.grayProbability) { picture.saturate(0) }
    return picture
  }

  /// A crop of random area and aspect ratio, wherever it fits; after ten that don't, the largest centred one that the
  /// ratio allows.
  ///
  /// - Source: torchvision `RandomResizedCrop.get_params`.
  package func randomCrop(
    scale: ClosedRange<Float>, ratio: ClosedRange<Float>, _ random: inout Philox
  ) -> Rectangle {
    let area = Double(width * height)
    for _ in 0..<10 {
      let target = area * Double(random.uniform(in: scale))
      let aspect = exp(Double(random.uniform(in: log(ratio.lowerBound)...log(ratio.upperBound))))
      let wide = Int((target * aspect).squareRoot().rounded(.toNearestOrEven))
      let high = Int((target / aspect).squareRoot().rounded(.toNearestOrEven))
      if wide > 0, high > 0, wide <= width, high <= height {
        let y = random.index(below: height - high + 1)
        let x = random.index(below: width - wide + 1)
        return Rectangle(x: x, y: y, width: wide, height: high)
      }
    }
    return centerCrop(ratio: ratio)
  }

  private func centerCrop(ratio: ClosedRange<Float>) -> Rectangle {
    let aspect = Double(width) / Double(height)
    var (wide, high) = (width, height)
    if aspect < Double(ratio.lowerBound) {
      high = min(height, Int((Double(wide) / Double(ratio.lowerBound)).rounded(.toNearestOrEven)))
    } else if aspect > Double(ratio.upperBound) {
      wide = min(width, max(1, Int((Double(high) * Double(ratio.upperBound)).rounded(.toNearestOrEven))))
    }
    return Rectangle(x: (width - wide) / 2, y: (height - high) / 2, width: wide, height: high)
  }
}

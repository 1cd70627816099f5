import CLIP
import Pairs

extension ImageTransform {
  /// Makes of a picture file what a model of this preprocessing takes in evaluation.
  ///
  /// - Parameter side: the model's pictures' width and height.
  public static func evaluation(
    _ preprocessing: Preprocessing, side: Int, background: PictureBackground = .white,
    mostPixels: Int = Picture.mostPixels
  ) -> ImageTransform {
    .evaluation(side: side, fit: SquareFit(preprocessing), background: background, mostPixels: mostPixels)
  }
}

extension SquareFit {
  init(_ preprocessing: Preprocessing) {
    let way: Way =
      switch preprocessing.resize {
      case .shortest: .shortest
      case .longest: .longest
      case .squash: .squash
      }
    self.init(
      way, by: preprocessing.interpolation == .bilinear ? .bilinear : .bicubic, fill: preprocessing.fill,
      marginRounding: preprocessing.cropsDown ? .down : .toNearestOrEven)
  }
}

/// `data.augmentation`: how pictures are varied in training. The default is OpenCLIP's: a crop and nothing else.
///
/// Fields are those of Pairs' `Augmentation`, which says what of them is drawn how, and within which limits.
public struct AugmentationSection: Sendable, Equatable {
  public var cropScale: ClosedRange<Float> = 0.9...1
  public var cropRatio: ClosedRange<Float> = 3 / 4...4 / 3
  public var affineDegrees: Float = 0
  public var affineTranslate: Float = 0
  public var affineScale: ClosedRange<Float> = 1...1
  public var affineShear: Float = 0
  public var colorBrightness: Float = 0
  public var colorContrast: Float = 0
  public var colorSaturation: Float = 0
  public var colorHue: Float = 0
  public var colorProbability: Float = 1
  public var grayProbability: Float = 0
  public var flipProbability: Float = 0
}

extension AugmentationSection {
  static let keys: [RunFileKey] = [
    RunFileKey(
      "data.augmentation.crop_scale", \.data.augmentation.cropScale, .mayChange,
      "random crop: its share of the picture's area"),
    RunFileKey(
      "data.augmentation.crop_ratio", \.data.augmentation.cropRatio, .mayChange, "random crop: width / height"),
    RunFileKey(
      "data.augmentation.affine_degrees", \.data.augmentation.affineDegrees, .mayChange, "rotation, at most, each way"),
    RunFileKey(
      "data.augmentation.affine_translate", \.data.augmentation.affineTranslate, .mayChange,
      "shift, at most, each way, as a share of the side"),
    RunFileKey("data.augmentation.affine_scale", \.data.augmentation.affineScale, .mayChange, "zoom"),
    RunFileKey(
      "data.augmentation.affine_shear", \.data.augmentation.affineShear, .mayChange,
      "shear in degrees, at most, each way"),
    RunFileKey(
      "data.augmentation.color_brightness", \.data.augmentation.colorBrightness, .mayChange, "factor 1 ± this"),
    RunFileKey("data.augmentation.color_contrast", \.data.augmentation.colorContrast, .mayChange, "factor 1 ± this"),
    RunFileKey(
      "data.augmentation.color_saturation", \.data.augmentation.colorSaturation, .mayChange, "factor 1 ± this"),
    RunFileKey(
      "data.augmentation.color_hue", \.data.augmentation.colorHue, .mayChange,
      "± this share of the circle, at most 0.5"),
    RunFileKey(
      "data.augmentation.color_probability", \.data.augmentation.colorProbability, .mayChange,
      "share of pictures recoloured"),
    RunFileKey(
      "data.augmentation.gray_probability", \.data.augmentation.grayProbability, .mayChange,
      "share of pictures made grey"),
    RunFileKey(
      "data.augmentation.flip_probability", \.data.augmentation.flipProbability, .mayChange,
      "share of pictures mirrored"),
  ]
}

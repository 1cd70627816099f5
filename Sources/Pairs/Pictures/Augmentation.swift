/// How pictures are varied in training. The default is OpenCLIP's: a crop and nothing else.
///
/// Ranges are drawn from uniformly, the crop's aspect ratio log-uniformly. The keys of a run file are in snake case.
public struct Augmentation: Codable, Sendable, Equatable {
  /// Area of the crop, as a part of the picture's.
  public var cropScale: ClosedRange<Float> = 0.9...1
  /// Width of the crop by its height.
  public var cropRatio: ClosedRange<Float> = 3 / 4...4 / 3
  /// Rotation, up to so many degrees either way.
  public var affineDegrees: Float = 0
  /// Shift along each axis, up to this part of the side.
  public var affineTranslate: Float = 0
  /// Factor of sizes.
  public var affineScale: ClosedRange<Float> = 1...1
  /// Horizontal shear, up to so many degrees either way.
  public var affineShear: Float = 0
  /// A factor of brightness from 1 − x to 1 + x.
  public var colorBrightness: Float = 0
  /// A factor of contrast from 1 − x to 1 + x.
  public var colorContrast: Float = 0
  /// A factor of saturation from 1 − x to 1 + x.
  public var colorSaturation: Float = 0
  /// Turn of the hue, up to this part of the circle either way; at most a half.
  public var colorHue: Float = 0
  /// How often the four colour changes are made, in an order drawn anew.
  public var colorProbability: Float = 1
  /// How often colours become greys.
  public var grayProbability: Float = 0
  /// How often left and right are exchanged. Captions that say “left” or hold writing become wrong.
  public var flipProbability: Float = 0

  public init() {}

  private enum CodingKeys: String, CodingKey, CaseIterable {
    case cropScale = "crop_scale"
    case cropRatio = "crop_ratio"
    case affineDegrees = "affine_degrees"
    case affineTranslate = "affine_translate"
    case affineScale = "affine_scale"
    case affineShear = "affine_shear"
    case colorBrightness = "color_brightness"
    case colorContrast = "color_contrast"
    case colorSaturation = "color_saturation"
    case colorHue = "color_hue"
    case colorProbability = "color_probability"
    case grayProbability = "gray_probability"
    case flipProbability = "flip_probability"
  }

  /// The names of all fields in a file.
  public static var keys: [String] { CodingKeys.allCases.map(\.rawValue) }

  /// A field that is absent has its default.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: CodingKeys.self)
    func read<Value: Decodable>(_ value: inout Value, _ key: CodingKeys) throws {
      value = try fields.decodeIfPresent(Value.self, forKey: key) ?? value
    }
    try read(&cropScale, .cropScale)
    try read(&cropRatio, .cropRatio)
    try read(&affineDegrees, .affineDegrees)
    try read(&affineTranslate, .affineTranslate)
    try read(&affineScale, .affineScale)
    try read(&affineShear, .affineShear)
    try read(&colorBrightness, .colorBrightness)
    try read(&colorContrast, .colorContrast)
    try read(&colorSaturation, .colorSaturation)
    try read(&colorHue, .colorHue)
    try read(&colorProbability, .colorProbability)
    try read(&grayProbability, .grayProbability)
    try read(&flipProbability, .flipProbability)
    if let problem = problems.first {
      throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: problem))
    }
  }

  /// What is wrong with the values, a sentence each. Decoding throws the first.
  public var problems: [String] {
    let checks: [(Bool, String)] = [
      (cropScale.lowerBound > 0 && cropScale.upperBound <= 1, "crop_scale is \(cropScale), expected within (0, 1]"),
      (cropRatio.lowerBound > 0, "crop_ratio is \(cropRatio), expected above 0"),
      (affineDegrees >= 0, "affine_degrees is \(affineDegrees), expected 0 or more"),
      (0...1 ~= affineTranslate, "affine_translate is \(affineTranslate), expected within [0, 1]"),
      (affineScale.lowerBound > 0, "affine_scale is \(affineScale), expected above 0"),
      (0..<90 ~= affineShear, "affine_shear is \(affineShear), expected within [0, 90) degrees"),
      (colorBrightness >= 0, "color_brightness is \(colorBrightness), expected 0 or more"),
      (colorContrast >= 0, "color_contrast is \(colorContrast), expected 0 or more"),
      (colorSaturation >= 0, "color_saturation is \(colorSaturation), expected 0 or more"),
      (0...0.5 ~= colorHue, "color_hue is \(colorHue), expected within [0, 0.5]"),
      (0...1 ~= colorProbability, "color_probability is \(colorProbability), expected within [0, 1]"),
      (0...1 ~= grayProbability, "gray_probability is \(grayProbability), expected within [0, 1]"),
      (0...1 ~= flipProbability, "flip_probability is \(flipProbability), expected within [0, 1]"),
    ]
    return checks.filter { !$0.0 }.map(\.1)
  }
}

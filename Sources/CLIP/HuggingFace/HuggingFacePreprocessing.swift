import Foundation

/// Translates between `preprocessor_config.json` and our preprocessing, which is that of `CLIPImageProcessor`: pictures
/// resized, their centre cut out, division by 255, mean and deviation by channel.
enum HuggingFacePreprocessing {
  /// A directory's preprocessing.
  ///
  /// - Parameter standard: what it is where the directory doesn't say.
  static func read(
    _ directory: String, imageSize: Int, standard: Preprocessing
  ) throws(HuggingFaceError) -> Preprocessing {
    var standard = standard
    standard.cropsDown = true
    guard let fields = try fields(directory) else { return standard }
    let resize = try resize(fields, imageSize)
    for step in ["do_resize", "do_rescale", "do_normalize"] {
      guard try fields.truth(step, default: true) else { throw fields.wrong(step, "true") }
    }
    guard abs(try fields.number("rescale_factor", default: 1 / 255) * 255 - 1) < 1e-6 else {
      throw fields.wrong("rescale_factor", "1/255")
    }
    let mean = try fields.numbers("image_mean", count: 3, default: standard.mean)
    guard mean.allSatisfy(\.isFinite) else { throw fields.wrong("image_mean", "finite numbers") }
    let deviation = try fields.numbers("image_std", count: 3, default: standard.deviation)
    guard deviation.allSatisfy(Preprocessing.isDeviation) else { throw fields.wrong("image_std", "numbers above 0") }
    return Preprocessing(
      mean: mean, deviation: deviation, resize: resize, interpolation: try interpolation(fields), cropsDown: true)
  }

  /// A size of height and width squashes pictures; cutting the centre out of that is nothing more to do.
  private static func resize(_ fields: JSONFields, _ imageSize: Int) throws(HuggingFaceError) -> Preprocessing.Resize {
    let squashes = fields.object("size").map { $0.has("height") && !$0.has("shortest_edge") } ?? false
    let crops = try fields.truth("do_center_crop", default: true)
    guard squashes || crops else { throw fields.wrong("do_center_crop", "true") }
    let keys = squashes ? ["height", "width"] : ["shortest_edge"]
    guard try fields.side("size", keys: keys, default: imageSize) == imageSize else {
      throw fields.wrong("size", "the model's, \(imageSize) by \(keys.joined(separator: " and ")),")
    }
    guard try fields.side("crop_size", keys: ["height", "width"], default: imageSize) == imageSize else {
      throw fields.wrong("crop_size", "the model's, \(imageSize),")
    }
    return squashes ? .squash : .shortest
  }

  /// Numbers are Pillow's.
  private static func interpolation(_ fields: JSONFields) throws(HuggingFaceError) -> Preprocessing.Interpolation {
    switch try fields.integer("resample", default: 3) {
    case 2: .bilinear
    case 3: .bicubic
    default: throw fields.wrong("resample", "3, bicubic, or 2, bilinear,")
    }
  }

  /// The fields of an image processor's own file, or its part of a whole processor's, where transformers 5 keeps it.
  private static func fields(_ directory: String) throws(HuggingFaceError) -> JSONFields? {
    func file(_ name: String) throws(HuggingFaceError) -> JSONFields? {
      let path = directory + "/" + name
      return FileManager.default.fileExists(atPath: path) ? try JSONFields(path: path) : nil
    }
    if let own = try file("preprocessor_config.json") { return own }
    return try file("processor_config.json")?.object("image_processor")
  }

  /// The fields of a `preprocessor_config.json`.
  ///
  /// - Throws: where no setting of `CLIPImageProcessor` does the same.
  static func fields(of preprocessing: Preprocessing, imageSize: Int) throws(HuggingFaceError) -> [String: Any] {
    let square = ["height": imageSize, "width": imageSize]
    let sizes: [String: Any]
    switch preprocessing.resize {
    case .shortest: sizes = ["size": ["shortest_edge": imageSize], "do_center_crop": true, "crop_size": square]
    case .squash: sizes = ["size": square, "do_center_crop": false]
    case .longest: throw .noWords(fields: ["resize_mode longest"])
    }
    let others: [String: Any] = [
      "image_processor_type": "CLIPImageProcessor", "do_resize": true,
      "resample": preprocessing.interpolation == .bilinear ? 2 : 3, "do_rescale": true, "rescale_factor": 1.0 / 255,
      "do_normalize": true, "do_convert_rgb": true, "image_mean": preprocessing.mean.map(shortest),
      "image_std": preprocessing.deviation.map(shortest),
    ]
    return sizes.merging(others) { $1 }
  }
}

/// The shortest decimal that is this float, not the digits of its double.
func shortest(_ value: Float) -> NSDecimalNumber { NSDecimalNumber(string: value.description) }

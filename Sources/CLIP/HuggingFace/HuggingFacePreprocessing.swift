import Foundation

/// Translates between `preprocessor_config.json` and our preprocessing, which is that of `CLIPImageProcessor` with its
/// defaults: shorter side by bicubic to the model's size, centre, division by 255, mean and deviation by channel.
enum HuggingFacePreprocessing {
  /// A directory's preprocessing; OpenAI's where it doesn't say.
  static func read(_ directory: String, imageSize: Int) throws(HuggingFaceError) -> Preprocessing {
    guard let fields = try fields(directory) else { return .openAI }
    for step in ["do_resize", "do_center_crop", "do_rescale", "do_normalize"] {
      guard try fields.truth(step, default: true) else { throw fields.wrong(step, "true") }
    }
    guard try fields.integer("resample", default: 3) == 3 else { throw fields.wrong("resample", "3, bicubic,") }
    guard abs(try fields.number("rescale_factor", default: 1 / 255) * 255 - 1) < 1e-6 else {
      throw fields.wrong("rescale_factor", "1/255")
    }
    if let size = fields.object("size"), size.has("height"), !size.has("shortest_edge") {
      throw fields.wrong("size", "a shortest_edge of \(imageSize), where height and width squash pictures,")
    }
    guard try fields.side("size", keys: ["shortest_edge"], default: imageSize) == imageSize else {
      throw fields.wrong("size", "the model's, a shortest_edge of \(imageSize),")
    }
    guard try fields.side("crop_size", keys: ["height", "width"], default: imageSize) == imageSize else {
      throw fields.wrong("crop_size", "the model's, \(imageSize),")
    }
    let mean = try fields.numbers("image_mean", count: 3, default: Preprocessing.openAI.mean)
    guard mean.allSatisfy(\.isFinite) else { throw fields.wrong("image_mean", "finite numbers") }
    let deviation = try fields.numbers("image_std", count: 3, default: Preprocessing.openAI.deviation)
    guard deviation.allSatisfy(Preprocessing.isDeviation) else { throw fields.wrong("image_std", "numbers above 0") }
    return Preprocessing(mean: mean, deviation: deviation)
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
  static func fields(of preprocessing: Preprocessing, imageSize: Int) -> [String: Any] {
    [
      "image_processor_type": "CLIPImageProcessor", "do_resize": true, "size": ["shortest_edge": imageSize],
      "resample": 3, "do_center_crop": true, "crop_size": ["height": imageSize, "width": imageSize],
      "do_rescale": true, "rescale_factor": 1.0 / 255, "do_normalize": true, "do_convert_rgb": true,
      "image_mean": preprocessing.mean.map(shortest), "image_std": preprocessing.deviation.map(shortest),
    ]
  }
}

/// The shortest decimal that is this float, not the digits of its double.
func shortest(_ value: Float) -> NSDecimalNumber { NSDecimalNumber(string: value.description) }

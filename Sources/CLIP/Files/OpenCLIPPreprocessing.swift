import Foundation

/// Between OpenCLIP's `preprocess_cfg` and our preprocessing. Null is as good as absent.
///
/// - Source: OpenCLIP's `transform.py`, `PreprocessCfg` and `image_transform`.
struct OpenCLIPPreprocessing {
  /// The file, named in errors.
  let path: String
  let fields: [String: Any]

  /// - Parameter path: an `open_clip_config.json`.
  init(path: String) throws {
    self.path = path
    let object = try JSONSerialization.jsonObject(with: Data(contentsOf: URL(fileURLWithPath: path)))
    fields = (object as? [String: Any])?["preprocess_cfg"] as? [String: Any] ?? [:]
  }

  func read() throws(ModelDirectoryError) -> Preprocessing {
    if let mode = value("mode"), mode as? String != "RGB" { throw wrong("mode", mode) }
    return Preprocessing(
      mean: try channels("mean", Preprocessing.openAI.mean, \.isFinite),
      deviation: try channels("std", Preprocessing.openAI.deviation, Preprocessing.isDeviation),
      resize: try choice("resize_mode", or: .shortest), interpolation: try interpolation(), fill: try fill())
  }

  static func fields(of preprocessing: Preprocessing) -> [String: Any] {
    var fields: [String: Any] = [
      "mean": preprocessing.mean.map(shortest), "std": preprocessing.deviation.map(shortest),
      "interpolation": preprocessing.interpolation.rawValue, "resize_mode": preprocessing.resize.rawValue,
    ]
    if preprocessing.fill != 0 { fields["fill_color"] = Int(preprocessing.fill) }
    return fields
  }

  /// `random` is for training; in evaluation it is bicubic.
  private func interpolation() throws(ModelDirectoryError) -> Preprocessing.Interpolation {
    value("interpolation") as? String == "random" ? .bicubic : try choice("interpolation", or: .bicubic)
  }

  private func fill() throws(ModelDirectoryError) -> UInt8 {
    guard let found = value("fill_color") else { return 0 }
    guard let grey = (found as? Int).flatMap(UInt8.init(exactly:)) else { throw wrong("fill_color", found) }
    return grey
  }

  private func choice<Choice: RawRepresentable<String>>(
    _ field: String, or standard: Choice
  ) throws(ModelDirectoryError) -> Choice {
    guard let found = value(field) else { return standard }
    guard let choice = (found as? String).flatMap(Choice.init(rawValue:)) else { throw wrong(field, found) }
    return choice
  }

  private func channels(
    _ field: String, _ standard: [Float], _ fits: (Float) -> Bool
  ) throws(ModelDirectoryError) -> [Float] {
    guard let found = value(field) else { return standard }
    guard let numbers = (found as? [NSNumber])?.map(\.floatValue), numbers.count == 3, numbers.allSatisfy(fits) else {
      throw wrong(field, found)
    }
    return numbers
  }

  private func value(_ field: String) -> Any? { fields[field].flatMap { $0 is NSNull ? nil : $0 } }

  private func wrong(_ field: String, _ found: Any) -> ModelDirectoryError {
    .preprocessing(path: path, field: "\(field) \(found)")
  }
}

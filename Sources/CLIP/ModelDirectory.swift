import Engine
import Foundation

/// What is wrong with a model directory.
public enum ModelDirectoryError: Error, CustomStringConvertible {
  case missing(path: String)
  case tensors(path: String, missing: [String], extra: [String])
  case shape(path: String, name: String, found: [Int], expected: [Int])
  case preprocessing(path: String, field: String)
  case unwritable(path: String, reason: String)

  public var description: String {
    switch self {
    case .missing(let path):
      "\(path) is missing; a model directory holds open_clip_config.json, open_clip_model.safetensors and its tokenizer"
    case .tensors(let path, let missing, let extra):
      "\(path) is of another model: it "
        + [Self.some(missing, "lacks"), Self.some(extra, "has in excess")].compactMap(\.self).joined(separator: ", ")
    case .shape(let path, let name, let found, let expected):
      "\(name) is \(found) in \(path), \(expected) in the model"
    case .preprocessing(let path, let field): "preprocess_cfg.\(field) of \(path) isn't supported"
    case .unwritable(let path, let reason): "\(path) can't be written: \(reason)"
    }
  }

  private static func some(_ names: [String], _ verb: String) -> String? {
    guard let first = names.first else { return nil }
    return "\(verb) \(first)" + (names.count > 1 ? " and \(names.count - 1) more" : "")
  }
}

/// A directory as OpenCLIP writes it: it loads there with `local-dir:`, and one from there loads here.
public struct ModelDirectory: Sendable {
  public let path: String

  public static let configurationFile = "open_clip_config.json"
  public static let weightsFile = "open_clip_model.safetensors"
  /// Merges in OpenAI's format, for OpenCLIP's `SimpleTokenizer(bpe_path=…)`.
  public static let tokenizerFile = "bpe_vocabulary.txt.gz"

  public init(_ path: String) { self.path = path }

  public var configurationPath: String { path + "/" + Self.configurationFile }
  public var weightsPath: String { path + "/" + Self.weightsFile }
  public var tokenizerPath: String { path + "/" + Self.tokenizerFile }

  /// Builds the model and loads its weights.
  public func load() throws -> CLIPModel {
    guard FileManager.default.fileExists(atPath: configurationPath) else {
      throw ModelDirectoryError.missing(path: configurationPath)
    }
    let model = CLIPModel(
      try ModelConfiguration(path: configurationPath), preprocessing: try preprocessing())
    try loadWeights(into: model)
    return model
  }

  /// Loads the weights, all of them and nothing else.
  public func loadWeights(into model: CLIPModel) throws {
    try ParameterFile.read([("", model.parameters.values)], of: model.parameters, from: weightsPath)
    model.parameters.valuesChanged()
  }

  /// Writes configuration and weights into the directory, which exists.
  ///
  /// - Parameter values: in place of the model's own, laid out like them.
  public func save(_ model: CLIPModel, values: Tensor? = nil) throws {
    do {
      try configurationJSON(model).write(to: URL(fileURLWithPath: configurationPath))
    } catch {
      throw ModelDirectoryError.unwritable(path: configurationPath, reason: error.localizedDescription)
    }
    try ParameterFile.write(
      [("", values ?? model.parameters.values)], of: model.parameters, metadata: ["format": "pt"], to: weightsPath)
  }

  private func configurationJSON(_ model: CLIPModel) throws -> Data {
    let encoder = JSONEncoder()
    let fields = try JSONSerialization.jsonObject(with: encoder.encode(model.configuration))
    let preprocessing: [String: Any] = [
      "mean": model.preprocessing.mean.map(Self.decimal), "std": model.preprocessing.deviation.map(Self.decimal),
      "interpolation": "bicubic", "resize_mode": "shortest",
    ]
    return try JSONSerialization.data(
      withJSONObject: ["model_cfg": fields, "preprocess_cfg": preprocessing], options: [.prettyPrinted, .sortedKeys])
  }

  /// The shortest decimal that is this float, not the digits of its double.
  private static func decimal(_ value: Float) -> NSDecimalNumber { NSDecimalNumber(string: value.description) }

  /// How the model's pictures become numbers; OpenAI's way where the configuration doesn't say.
  public func preprocessing() throws -> Preprocessing {
    let data = try Data(contentsOf: URL(fileURLWithPath: configurationPath))
    let object = try JSONSerialization.jsonObject(with: data) as? [String: Any]
    guard let fields = object?["preprocess_cfg"] as? [String: Any] else { return .openAI }
    for (field, expected) in [("interpolation", "bicubic"), ("resize_mode", "shortest")] {
      if let found = fields[field] as? String, found != expected {
        throw ModelDirectoryError.preprocessing(path: configurationPath, field: "\(field) \(found)")
      }
    }
    func channels(_ field: String, _ standard: [Float]) throws -> [Float] {
      guard let found = fields[field] else { return standard }
      guard let numbers = found as? [NSNumber], numbers.count == 3 else {
        throw ModelDirectoryError.preprocessing(path: configurationPath, field: field)
      }
      return numbers.map(\.floatValue)
    }
    return Preprocessing(
      mean: try channels("mean", Preprocessing.openAI.mean),
      deviation: try channels("std", Preprocessing.openAI.deviation))
  }
}

import Engine
import Foundation
import Safetensors

/// A directory of Hugging Face's `CLIPModel` or `SiglipModel`, as `save_pretrained` writes it: `config.json`, `model.safetensors` or its
/// shards with an index, `preprocessor_config.json`. Its tokenizer's files are `Pairs`' business.
struct HuggingFaceDirectory {
  let path: String

  init(_ path: String) { self.path = path }

  var configurationPath: String { path + "/config.json" }
  private var weightsPath: String { path + "/model.safetensors" }
  private var indexPath: String { weightsPath + ".index.json" }

  func configuration() throws -> ModelConfiguration { try HuggingFaceConfiguration.read(configurationPath) }

  func preprocessing(imageSize: Int) throws -> Preprocessing {
    let type = try JSONFields(path: configurationPath).text("model_type", default: "")
    return try HuggingFacePreprocessing.read(
      path, imageSize: imageSize, standard: type == SiglipConfiguration.type ? .sigLIP : .openAI)
  }

  /// The weights' tensors, in one file or in several.
  func weights() throws -> any TensorSource {
    if FileManager.default.fileExists(atPath: weightsPath) { return try SafetensorsFile(reading: weightsPath) }
    if FileManager.default.fileExists(atPath: indexPath) { return try SafetensorsShards(index: indexPath) }
    return try WeightFile.open(WeightFile.find(in: path))
  }

  func save(_ model: CLIPModel, lastToken: Int?, storage: FloatStorage) throws {
    let weights = try HuggingFaceWeights(model.parameters.layout)
    let preprocessing = try HuggingFacePreprocessing.fields(
      of: model.preprocessing, imageSize: model.configuration.vision.imageSize)
    let types: [FloatStorage: String] = [.f32: "float32", .f16: "float16", .bf16: "bfloat16"]
    let configuration = model.configuration
    try write(
      configuration.vision.tower is ModelConfiguration.TimmViT
        ? SiglipConfiguration.fields(of: configuration, dtype: types[storage]!)
        : HuggingFaceConfiguration.fields(of: configuration, lastToken: lastToken, dtype: types[storage]!),
      to: configurationPath)
    try write(preprocessing, to: path + "/preprocessor_config.json")
    try weights.write(model.parameters, storage: storage, to: weightsPath)
  }

  private func write(_ fields: [String: Any], to path: String) throws {
    do {
      let options: JSONSerialization.WritingOptions = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      try JSONSerialization.data(withJSONObject: fields, options: options).write(to: URL(fileURLWithPath: path))
    } catch {
      throw ModelDirectoryError.unwritable(path: path, reason: error.localizedDescription)
    }
  }
}

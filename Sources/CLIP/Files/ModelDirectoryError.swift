import Safetensors

/// What is wrong with a model directory.
public enum ModelDirectoryError: Error, CustomStringConvertible {
  case missing(path: String)
  case tensors(path: String, missing: [String], extra: [String], misshapen: [MisshapenTensor] = [])
  case shape(path: String, name: String, found: [Int], expected: [Int])
  case preprocessing(path: String, field: String)
  case unwritable(path: String, reason: String)
  case overflow(name: String, storage: FloatStorage)
  /// - Parameter what: a claim about the tensor.
  case notFinite(path: String, name: String, what: String)

  public var description: String {
    switch self {
    case .missing(let path):
      """
      \(path) is missing; a model directory holds open_clip_config.json and open_clip_model.safetensors, or Hugging \
      Face's config.json and model.safetensors, and a tokenizer
      """
    case .tensors(let path, let missing, let extra, let misshapen):
      "\(path) is of another model: it "
        + [("lacks", missing), ("has in excess", extra), ("has", misshapen.map(\.description))]
        .filter { !$0.1.isEmpty }.map { "\($0.0) \(listed($0.1))" }.joined(separator: ", ")
    case .shape(let path, let name, let found, let expected):
      "\(name) is \(found) in \(path), \(expected) in the model"
    case .preprocessing(let path, let field): "preprocess_cfg.\(field) of \(path) isn't supported"
    case .unwritable(let path, let reason): "\(path) can't be written: \(reason)"
    case .notFinite(let path, let name, let what):
      "\(name) of \(path) \(what): the model was damaged when it was saved, take another or an earlier checkpoint"
    case .overflow(let name, let storage):
      "\(name) holds numbers beyond \(storage.largest), the largest of \(storage.rawValue): store it as bf16 or f32"
    }
  }
}

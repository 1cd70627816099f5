import Engine
import Foundation
import Safetensors

extension CLIPModel {
  /// The file of weights at a path, or of the directory there, that holds a BERT under Hugging Face's names; nil where
  /// the text tower is no BERT, or what is there is a model of OpenCLIP's.
  func bertFile(_ path: String) throws -> String? {
    guard text is BERTEncoder else { return nil }
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else { return nil }
    guard !FileManager.default.fileExists(atPath: ModelDirectory(path).weightsPath) else { return nil }
    let file = isDirectory.boolValue ? try WeightFile.find(in: path) : path
    let names = try WeightFile.open(file).entries.keys
    return names.contains { $0.hasPrefix(BERTNames.tower) || $0.hasPrefix("module." + BERTNames.tower) } ? nil : file
  }

  /// Takes BERT's parameters from a Hugging Face checkpoint as a start for the text tower; the projection keeps its
  /// own.
  ///
  /// - Parameter path: a file of weights, safetensors or PyTorch's, of `BertModel` or of a model around it, whose names begin with `bert.` or
  ///   `roberta.`; its heads are left alone, as is a pooler that the tower doesn't have.
  /// - Returns: a line where no `config.json` beside the file says what it is.
  /// - Throws: `ModelDirectoryError` unless all of BERT's parameters are there, in the same shapes, and the
  ///   `config.json` beside the file makes the same of them.
  @discardableResult
  public func loadBERT(from path: String) throws -> [String] {
    guard text is BERTEncoder, let tower = configuration.text.tower as? ModelConfiguration.BERT else {
      throw ModelConfigurationError.value(
        field: "text_cfg", found: "no BERT", expected: "hf_model_name, to start from \(path)")
    }
    let file = try WeightFile.open(path)
    let mine = parameters.declarations.filter { $0.name.hasPrefix(BERTNames.tower) }
    let names = BERTNames(in: Set(file.entries.keys))
    let found = mine.map { (declaration: $0, name: names.stored($0.name)) }
    let missing = found.filter { $0.name == nil }.map(\.declaration.name).sorted()
    guard missing.isEmpty else { throw ModelDirectoryError.tensors(path: path, missing: missing, extra: []) }
    let unsaid = try SourceConfiguration.compare(bert: path, with: tower.sizes)
    for case (let declaration, let name?) in found {
      let shape = file.entries[name]?.shape ?? []
      guard shape == declaration.shape else {
        throw ModelDirectoryError.shape(path: path, name: name, found: shape, expected: declaration.shape)
      }
      try file.copy(name, into: parameters.part(declaration, of: parameters.values).buffer)
    }
    try requireFinite(.text, of: path)
    parameters.valuesChanged()
    return unsaid
  }
}

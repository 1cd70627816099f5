import Engine
import Foundation
import Safetensors

/// Whose files a model directory holds.
public enum ModelFormat: String, Sendable, CaseIterable {
  case openCLIP = "openclip"
  case huggingFace = "hugging-face"
}

/// A directory as OpenCLIP writes it, which loads there with `local-dir:`, or one of Hugging Face's `CLIPModel` or
/// `SiglipModel`.
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

  /// Whose files the directory holds; OpenCLIP's where it holds both.
  public var format: ModelFormat {
    get throws(ModelDirectoryError) {
      if FileManager.default.fileExists(atPath: configurationPath) { return .openCLIP }
      if FileManager.default.fileExists(atPath: huggingFace.configurationPath) { return .huggingFace }
      var isDirectory: ObjCBool = false
      if FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory), !isDirectory.boolValue {
        throw .file(path: path)
      }
      throw .missing(path: configurationPath)
    }
  }

  private var huggingFace: HuggingFaceDirectory { HuggingFaceDirectory(path) }

  public func configuration() throws -> ModelConfiguration {
    switch try format {
    case .openCLIP: try ModelConfiguration(path: configurationPath)
    case .huggingFace: try huggingFace.configuration()
    }
  }

  /// The directory's weights as a model wants them, not checked yet.
  func weights(of layout: ParameterLayout) throws -> StoredWeights {
    switch try format {
    case .openCLIP: try StoredWeights(WeightFile.open(WeightFile.find(in: path)), of: layout)
    case .huggingFace: try StoredWeights(huggingFace: huggingFace.weights(), of: layout)
    }
  }

  /// Builds the directory's model and loads its weights. What the files don't hold takes no memory.
  ///
  /// - Parameter report: takes what is worth telling, a line at a time.
  public func load(report: (String) -> Void = { _ in }) throws -> CLIPModel {
    try load(nil, left: { _, _ in }, report: report)
  }

  /// The same of one encoder, with the scale and the bias: the other takes no memory, and must not be used.
  ///
  /// - Parameters:
  ///   - tower: the encoder that is loaded; nil for both.
  ///   - left: is shown what isn't kept of the files, a parameter at a time.
  ///   - report: takes what is worth telling, a line at a time.
  public func load(
    _ tower: Tower?, left: (Parameters.Declaration, UnsafeRawBufferPointer) -> Void,
    report: (String) -> Void = { _ in }
  ) throws -> CLIPModel {
    let configuration = try configuration()
    let preprocessing = try preprocessing(imageSize: configuration.vision.imageSize)
    let model = CLIPModel(laidOut: configuration, preprocessing: preprocessing, locks: TowerLocks(), only: tower)
    let weights = try weights(of: model.parameters.layout)
    try weights.require()
    // Before there is memory for the others, so that the two are never there together.
    for declaration in model.parameters.declarations where !declaration.isHeld {
      var values = [Float](repeating: 0, count: declaration.count)
      try values.withUnsafeMutableBufferPointer { try weights.read(declaration, into: $0) }
      values.withUnsafeBytes { left(declaration, $0) }
    }
    model.parameters.allocate()
    try weights.read(into: model.parameters)
    try model.requireFinite(of: path)
    if let note = weights.note { report(note) }
    return model
  }

  /// Loads a model's weights from the directory's files, which hold all of them and nothing else.
  public func loadWeights(into model: CLIPModel) throws {
    let weights = try weights(of: model.parameters.layout)
    try weights.require()
    try weights.read(into: model.parameters)
    try model.requireFinite(of: path)
  }

  /// Writes configuration and weights, in OpenCLIP's format, into the directory, which exists.
  ///
  /// - Parameters:
  ///   - values: in place of the model's own, laid out like them.
  ///   - tokenizer: how OpenCLIP makes the tokenizer from the files that are written beside; nil as the model's
  ///     configuration says.
  ///   - storage: what the weights are rounded to.
  public func save(
    _ model: CLIPModel, values: Tensor? = nil, tokenizer: TokenizerFields? = nil, storage: FloatStorage = .f32
  ) throws {
    try requireRoom(for: model.parameters, in: storage)
    do {
      try configurationJSON(model, tokenizer).write(to: URL(fileURLWithPath: configurationPath))
    } catch {
      throw ModelDirectoryError.unwritable(path: configurationPath, reason: error.localizedDescription)
    }
    try ParameterFile.write(
      [("", values ?? model.parameters.values)], of: model.parameters, metadata: ["format": "pt"], storage: storage,
      to: weightsPath)
  }

  /// Writes configuration and weights, in Hugging Face's format, into the directory, which exists.
  ///
  /// - Parameter lastToken: what ends a text, where the tokenizer is known.
  /// - Throws: what `CLIPModel` has no place for, by name.
  public func saveHuggingFace(_ model: CLIPModel, lastToken: Int?, storage: FloatStorage = .f32) throws {
    try requireRoom(for: model.parameters, in: storage)
    try huggingFace.save(model, lastToken: lastToken, storage: storage)
  }

  /// Throws where rounding to `storage` would make a weight infinite.
  private func requireRoom(
    for parameters: Parameters, in storage: FloatStorage
  ) throws(ModelDirectoryError) {
    if storage == .f32 { return }
    // Counters stay integers.
    for declaration in parameters.declarations where declaration.role != .counter {
      let values = parameters.part(declaration, of: parameters.values).buffer
      if values.contains(where: storage.overflows) { throw .overflow(name: declaration.name, storage: storage) }
    }
  }

  private func configurationJSON(_ model: CLIPModel, _ tokenizer: TokenizerFields?) throws -> Data {
    var configuration = model.configuration
    if let tokenizer { configuration.text.tokenizer = tokenizer }
    let fields = try JSONSerialization.jsonObject(with: JSONEncoder().encode(configuration))
    let preprocessing = OpenCLIPPreprocessing.fields(of: model.preprocessing)
    return try JSONSerialization.data(
      withJSONObject: ["model_cfg": fields, "preprocess_cfg": preprocessing], options: [.prettyPrinted, .sortedKeys])
  }

  /// How the model's pictures become numbers; OpenAI's way where the configuration doesn't say.
  public func preprocessing() throws -> Preprocessing {
    try preprocessing(imageSize: configuration().vision.imageSize)
  }

  /// - Parameter imageSize: the model's, which Hugging Face's files may say twice.
  private func preprocessing(imageSize: @autoclosure () throws -> Int) throws -> Preprocessing {
    switch try format {
    case .openCLIP: try OpenCLIPPreprocessing(path: configurationPath).read()
    case .huggingFace: try huggingFace.preprocessing(imageSize: imageSize())
    }
  }
}

import Engine
import Safetensors

/// A directory's weights as a model wants them, under either format's names.
struct StoredWeights {
  let wanted: [WantedTensor]
  let files: SafetensorsShards
  /// Where Hugging Face keeps the parameters; nil under OpenCLIP's names.
  private let huggingFace: HuggingFaceWeights?

  /// - Parameter path: OpenCLIP's file.
  init(openCLIP path: String, of layout: ParameterLayout) throws {
    wanted = layout.declarations.map { WantedTensor(name: $0.name, shape: $0.shape) }
    (files, huggingFace) = (try SafetensorsShards(file: path), nil)
  }

  /// - Throws: the names of the parameters that Hugging Face's model has no place for.
  init(huggingFace files: SafetensorsShards, of layout: ParameterLayout) throws {
    let weights = try HuggingFaceWeights(layout)
    (wanted, self.files, huggingFace) = (weights.tensors, files, weights)
  }

  /// What the files hold compared with what the model wants.
  var check: TensorCheck {
    TensorCheck(wanted, in: files.entries) { huggingFace != nil && HuggingFaceNames.isNoParameter($0) }
  }

  /// Throws unless the files hold all that is wanted, in those shapes, and nothing else.
  func require() throws(ModelDirectoryError) { try check.require(of: files.path) }

  /// Overwrites all parameters, whose layout the weights were found for.
  func read(into parameters: Parameters) throws {
    if let huggingFace {
      try huggingFace.read(parameters, from: files)
    } else {
      for declaration in parameters.declarations {
        try files.copy(declaration.name, into: parameters.part(declaration, of: parameters.values).buffer)
      }
    }
    parameters.valuesChanged()
  }
}

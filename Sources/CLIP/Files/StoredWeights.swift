import Engine
import Safetensors

/// Files of weights as a model wants them, under either format's names.
struct StoredWeights {
  let wanted: [WantedTensor]
  let files: any TensorSource
  /// Where Hugging Face keeps the parameters; nil under OpenCLIP's names.
  private let huggingFace: HuggingFaceWeights?
  /// Parameters that no file holds and that begin as in a new model.
  private let filled: [Parameters.Declaration]
  /// What is worth telling of how the files are read.
  let note: String?

  /// - Parameter files: OpenCLIP's, as itself or others saved them; those with Hugging Face's names are told by them.
  init(_ files: any TensorSource, of layout: ParameterLayout) throws {
    if files.entries.keys.contains(where: { $0.hasPrefix("vision_model.") }) {
      let weights = try HuggingFaceWeights(layout)
      (wanted, self.files, huggingFace, filled, note) = (weights.tensors, files, weights, [], nil)
    } else {
      let adapted = AdaptedTensors(files, for: layout)
      (self.files, filled, note, huggingFace) = (adapted, adapted.filled, adapted.note, nil)
      let absent = Set(adapted.filled.map(\.name))
      wanted = layout.declarations.filter { !absent.contains($0.name) }
        .map { WantedTensor(name: $0.name, shape: $0.shape) }
    }
  }

  /// - Throws: the names of the parameters that Hugging Face's model has no place for.
  init(huggingFace files: any TensorSource, of layout: ParameterLayout) throws {
    let weights = try HuggingFaceWeights(layout)
    (wanted, self.files, huggingFace, filled, note) = (weights.tensors, files, weights, [], nil)
  }

  /// What the files hold compared with what the model wants.
  var check: TensorCheck {
    TensorCheck(wanted, in: files.entries) { huggingFace != nil && HuggingFaceNames.isNoParameter($0) }
  }

  /// Throws unless the files hold all that is wanted, in those shapes, and nothing else.
  func require() throws(ModelDirectoryError) { try check.require(of: files.path) }

  /// Overwrites all parameters that are held, whose layout the weights were found for.
  func read(into parameters: Parameters) throws {
    for declaration in parameters.held {
      try read(declaration, into: parameters.part(declaration, of: parameters.values).buffer)
    }
    parameters.valuesChanged()
  }

  /// Overwrites `values` with one parameter's.
  func read(_ declaration: Parameters.Declaration, into values: UnsafeMutableBufferPointer<Float>) throws {
    if let huggingFace {
      try huggingFace.read(declaration, into: values, from: files)
    } else if !filled.contains(where: { $0.name == declaration.name }) {
      try files.copy(declaration.name, into: values)
    } else if case .constant(let value) = declaration.initial {
      values.update(repeating: value)
    }
  }
}

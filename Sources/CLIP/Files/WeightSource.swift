import Engine
import Foundation
import Safetensors

/// Where parameters come from, under OpenCLIP's names.
struct WeightSource {
  let path: String
  let shapes: [String: [Int]]
  /// Parameters that it doesn't hold and that begin as in a new model.
  private(set) var filled: [Parameters.Declaration] = []
  /// What is worth telling of them.
  private(set) var note: String?
  let copy: (_ name: String, _ into: Tensor) throws -> Void

  /// - Parameter layout: of the model that takes the parameters.
  init(_ path: String, for layout: ParameterLayout) throws {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw ModelDirectoryError.missing(path: path)
    }
    let directory = ModelDirectory(path)
    if !isDirectory.boolValue {
      self.init(try WeightFile.open(path), layout)
    } else if try directory.format == .openCLIP {
      self.init(try WeightFile.open(WeightFile.find(in: path)), layout)
    } else {
      // A directory in another format goes through the model that it makes, and so to our names.
      self.init(try directory.load().parameters, path)
    }
  }

  private init(_ file: any TensorSource, _ layout: ParameterLayout) {
    let adapted = AdaptedTensors(file, for: layout)
    path = file.path
    shapes = adapted.entries.mapValues(\.shape)
    (filled, note) = (adapted.filled, adapted.note)
    copy = { try adapted.copy($0, into: $1.buffer) }
  }

  private init(_ parameters: Parameters, _ path: String) {
    let declarations = Dictionary(uniqueKeysWithValues: parameters.declarations.map { ($0.name, $0) })
    self.path = path
    shapes = declarations.mapValues(\.shape)
    copy = { name, into in
      if let declaration = declarations[name] { into.set(parameters.part(declaration, of: parameters.values)) }
    }
  }
}

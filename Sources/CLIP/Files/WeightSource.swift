import Engine
import Foundation
import Safetensors

/// Where parameters come from, under OpenCLIP's names.
struct WeightSource {
  let path: String
  let shapes: [String: [Int]]
  let copy: (_ name: String, _ into: Tensor) throws -> Void

  init(_ path: String) throws {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
      throw ModelDirectoryError.missing(path: path)
    }
    let directory = ModelDirectory(path)
    if !isDirectory.boolValue {
      self.init(try SafetensorsFile(reading: path))
    } else if FileManager.default.fileExists(atPath: directory.weightsPath) {
      self.init(try SafetensorsFile(reading: directory.weightsPath))
    } else {
      // A directory in another format goes through the model that it makes, and so to our names.
      self.init(try directory.load().parameters, path)
    }
  }

  private init(_ file: SafetensorsFile) {
    path = file.path
    shapes = file.entries.mapValues(\.shape)
    copy = { try file.copy($0, into: $1.buffer) }
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

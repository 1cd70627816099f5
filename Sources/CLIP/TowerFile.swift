import Engine
import Foundation
import Safetensors

extension CLIPModel {
  /// Takes the parameters of one tower from another model, whose other tower isn't looked at.
  ///
  /// - Parameter path: a model directory, a checkpoint, or a safetensors file of OpenCLIP's names.
  /// - Throws: unless the tower there has all parameters of this one, in the same shapes, and no others.
  public func load(_ tower: Tower, from path: String) throws {
    let source = try TowerSource(path)
    let mine = parameters.declarations.filter { tower.owns($0.name) }
    let names = Set(mine.map(\.name))
    let found = Set(source.shapes.keys.filter(tower.owns))
    guard names == found else {
      throw ModelDirectoryError.tensors(
        path: "the \(tower) encoder in \(source.path)", missing: names.subtracting(found).sorted(),
        extra: found.subtracting(names).sorted())
    }
    for declaration in mine {
      guard let shape = source.shapes[declaration.name], shape != declaration.shape else { continue }
      throw ModelDirectoryError.shape(
        path: source.path, name: declaration.name, found: shape, expected: declaration.shape)
    }
    for declaration in mine {
      try source.copy(declaration.name, parameters.part(declaration, of: parameters.values))
    }
    parameters.valuesChanged()
  }
}

/// Where a tower's parameters come from.
private struct TowerSource {
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

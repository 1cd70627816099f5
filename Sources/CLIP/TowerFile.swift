import Engine
import Foundation
import Safetensors

extension CLIPModel {
  /// Takes the parameters of one tower from another model, whose other tower isn't looked at.
  ///
  /// - Parameter path: a model directory, a checkpoint, or a safetensors file of OpenCLIP's names.
  /// - Throws: unless the tower there has all parameters of this one, in the same shapes, and no others.
  public func load(_ tower: Tower, from path: String) throws {
    let file = try SafetensorsFile(reading: weightsFile(path))
    let mine = parameters.declarations.filter { tower.owns($0.name) }
    let names = Set(mine.map(\.name))
    let found = Set(file.entries.keys.filter(tower.owns))
    guard names == found else {
      throw ModelDirectoryError.tensors(
        path: "the \(tower) encoder in \(file.path)", missing: names.subtracting(found).sorted(),
        extra: found.subtracting(names).sorted())
    }
    let other = try mine.filter { try file.entry($0.name).shape != $0.shape }
    if let first = other.first {
      throw ModelDirectoryError.shape(
        path: file.path, name: first.name, found: try file.entry(first.name).shape, expected: first.shape)
    }
    for declaration in mine {
      try file.copy(declaration.name, into: parameters.part(declaration, of: parameters.values).buffer)
    }
    parameters.valuesChanged()
  }
}

private func weightsFile(_ path: String) throws(ModelDirectoryError) -> String {
  var isDirectory: ObjCBool = false
  guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else { throw .missing(path: path) }
  return isDirectory.boolValue ? ModelDirectory(path).weightsPath : path
}

import Engine
import Safetensors

extension CLIPModel {
  /// Loads OpenCLIP's weights of the same model for another picture size or context length: position embeddings of another
  /// length are resized as OpenCLIP does, all else must be there in the same shape.
  ///
  /// - Parameter path: a safetensors file with OpenCLIP's names.
  /// - Throws: `ModelDirectoryError` naming what is missing, in excess or of another shape.
  public func loadWeightsResizingPositions(from path: String) throws {
    let file = try SafetensorsFile(reading: path)
    let names = Set(parameters.declarations.map(\.name))
    let missing = names.subtracting(file.entries.keys).sorted()
    let extra = Set(file.entries.keys).subtracting(names).sorted()
    guard missing.isEmpty && extra.isEmpty else {
      throw ModelDirectoryError.tensors(path: path, missing: missing, extra: extra)
    }
    for declaration in parameters.declarations {
      let (name, found) = (declaration.name, try file.entry(declaration.name).shape)
      let place = parameters.part(declaration, of: parameters.values)
      if found == declaration.shape || declaration.shape.isEmpty && found == [1] {
        try file.copy(name, into: place.buffer)
      } else if let resized = try resizedPositions(declaration, found, { try file.floats(name) }) {
        place.set(Tensor(shape: declaration.shape, resized))
      } else {
        throw ModelDirectoryError.shape(path: path, name: name, found: found, expected: declaration.shape)
      }
    }
    parameters.valuesChanged()
  }

  /// A file's position embeddings as this model needs them; nil where the parameter isn't one, or can't be resized.
  ///
  /// - Parameters:
  ///   - found: their shape in the file.
  ///   - rows: reads them.
  package func resizedPositions(
    _ declaration: Parameters.Declaration, _ found: [Int], _ rows: () throws -> [Float]
  ) rethrows -> [Float]? {
    let expected = declaration.shape
    guard expected.count == 2, found.count == 2, found[1] == expected[1], found[0] > 0 else { return nil }
    switch declaration.name {
    case "positional_embedding", "text.positional_embedding":
      return PositionResizing.line(try rows(), width: expected[1], length: expected[0])
    case "visual.positional_embedding":
      guard case .vit(let fields) = configuration.vision, PositionResizing.isGrid(found[0] - fields.tokenCount) else {
        return nil
      }
      return PositionResizing.grid(try rows(), width: expected[1], tokens: fields.tokenCount, side: fields.grid)
    default: return nil
    }
  }
}

import Engine
import Safetensors

/// Blocks laid out like a model's parameters or those that learn, in a safetensors file under the parameters' names.
public enum ParameterFile {
  /// - Parameter blocks: each under what stands before its parameters' names, "" for the values themselves.
  public static func write(
    _ blocks: [(prefix: String, block: Tensor)], of parameters: Parameters, metadata: [String: String] = [:],
    to path: String
  ) throws(SafetensorsError) {
    let tensors = blocks.flatMap { prefix, block in
      parameters.declarations(in: block).map {
        (name: prefix + $0.name, shape: $0.shape, values: UnsafeBufferPointer(parameters.part($0, of: block).buffer))
      }
    }
    try SafetensorsWriter.write(tensors, metadata: metadata, to: path)
  }

  /// Reads all of the blocks; the file holds them and nothing else.
  public static func read(
    _ blocks: [(prefix: String, block: Tensor)], of parameters: Parameters, from path: String
  ) throws {
    let file = try SafetensorsFile(reading: path)
    let names = Set(blocks.flatMap { prefix, block in parameters.declarations(in: block).map { prefix + $0.name } })
    let missing = names.subtracting(file.entries.keys).sorted()
    let extra = Set(file.entries.keys).subtracting(names).sorted()
    guard missing.isEmpty && extra.isEmpty else {
      throw ModelDirectoryError.tensors(path: path, missing: missing, extra: extra)
    }
    for (prefix, block) in blocks {
      for declaration in parameters.declarations(in: block) {
        let name = prefix + declaration.name
        let found = try file.entry(name).shape
        // OpenCLIP itself writes the scale as [] or [1].
        guard found == declaration.shape || declaration.shape.isEmpty && found == [1] else {
          throw ModelDirectoryError.shape(path: path, name: name, found: found, expected: declaration.shape)
        }
        try file.copy(name, into: parameters.part(declaration, of: block).buffer)
      }
    }
  }
}

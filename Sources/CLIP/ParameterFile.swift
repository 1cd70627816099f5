import Engine
import Safetensors

/// Blocks laid out like a model's parameters or those that learn, in a safetensors file under the parameters' names.
public enum ParameterFile {
  /// - Parameter blocks: each under what stands before its parameters' names, "" for the values themselves.
  public static func write(
    _ blocks: [(prefix: String, block: Tensor)], of parameters: Parameters, metadata: [String: String] = [:],
    to path: String
  ) throws(SafetensorsError) {
    var integers: [UnsafeMutableBufferPointer<Int64>] = []
    defer { integers.forEach { $0.deallocate() } }
    /// PyTorch counts in integers.
    func values(_ declaration: Parameters.Declaration, _ block: Tensor) -> SafetensorsWriter.Values {
      let numbers = parameters.part(declaration, of: block).buffer
      guard declaration.role == .counter else { return .floats(UnsafeBufferPointer(numbers)) }
      integers.append(.allocate(capacity: numbers.count))
      _ = integers[integers.count - 1].initialize(from: numbers.map { Int64($0.rounded()) })
      return .integers(UnsafeBufferPointer(integers[integers.count - 1]))
    }
    let tensors: [SafetensorsWriter.Tensor] = blocks.flatMap { prefix, block in
      parameters.declarations(in: block).map { (prefix + $0.name, $0.shape, values($0, block)) }
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

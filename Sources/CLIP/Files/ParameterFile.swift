import Engine
import Safetensors

/// Blocks laid out like a model's parameters or those that learn, in a safetensors file under the parameters' names.
public enum ParameterFile {
  /// - Parameters:
  ///   - blocks: each under what stands before its parameters' names, "" for the values themselves.
  ///   - storage: what the floats are rounded to.
  public static func write(
    _ blocks: [(prefix: String, block: Tensor)], of parameters: Parameters, metadata: [String: String] = [:],
    storage: FloatStorage = .f32, to path: String
  ) throws(SafetensorsError) {
    var integers: [UnsafeMutableBufferPointer<Int64>] = []
    defer { integers.forEach { $0.deallocate() } }
    /// PyTorch counts in integers.
    func values(_ declaration: Parameters.Declaration, _ block: Tensor) -> SafetensorsWriter.Values {
      let numbers = parameters.part(declaration, of: block).buffer
      guard declaration.role == .counter else { return .floats(UnsafeBufferPointer(numbers), as: storage) }
      integers.append(.allocate(capacity: numbers.count))
      _ = integers[integers.count - 1].initialize(from: numbers.map { Int64($0.rounded()) })
      return .integers(UnsafeBufferPointer(integers[integers.count - 1]))
    }
    let tensors: [SafetensorsWriter.Tensor] = blocks.flatMap { prefix, block in
      parameters.layout.declarations(in: block).map { (prefix + $0.name, $0.shape, values($0, block)) }
    }
    try SafetensorsWriter.write(tensors, metadata: metadata, to: path)
  }

  /// Reads all of the blocks from a file under the parameters' names; the file holds them and nothing else.
  public static func read(
    _ blocks: [(prefix: String, block: Tensor)], of parameters: Parameters, from path: String
  ) throws {
    let file = try SafetensorsFile(reading: path)
    let wanted = blocks.flatMap { prefix, block in
      parameters.layout.declarations(in: block).map { WantedTensor(name: prefix + $0.name, shape: $0.shape) }
    }
    try TensorCheck(wanted, in: file.entries).require(of: path)
    for (prefix, block) in blocks {
      for declaration in parameters.layout.declarations(in: block) {
        try file.copy(prefix + declaration.name, into: parameters.part(declaration, of: block).buffer)
      }
    }
  }
}

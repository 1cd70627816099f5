/// Tensors under their names, in one file or several, of whatever format.
public protocol TensorSource: Sendable {
  /// What errors call it.
  var path: String { get }

  /// All tensors by name.
  var entries: [String: SafetensorsFile.Entry] { get }

  /// Overwrites `values` with those of the tensor, row-major, as f32; there must be as many.
  func copy(_ name: String, into values: UnsafeMutableBufferPointer<Float>) throws
}

extension TensorSource {
  /// The values of a tensor that there is, row-major, as f32.
  package func floats(of entry: SafetensorsFile.Entry) throws -> [Float] {
    var values = [Float](repeating: 0, count: entry.count)
    try values.withUnsafeMutableBufferPointer { try copy(entry.name, into: $0) }
    return values
  }
}

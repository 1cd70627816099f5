import Engine
import TestSupport
import Testing

/// Checks an op three ways: its value against PyTorch's, its gradients against PyTorch's, and its gradients against central
/// differences of its own value, which no golden file can spoil.
struct OpGolden {
  let prefix: String
  private let golden: Golden

  init(_ prefix: String, in file: String = "ops") throws {
    self.prefix = prefix
    golden = try Golden(file)
  }

  func floats(_ name: String) throws -> [Float] { try golden.floats(prefix + "." + name) }
  func tokens(_ name: String) throws -> [Int32] { try golden.integers(prefix + "." + name).map(Int32.init) }
  func bytes(_ name: String) throws -> [UInt8] { try golden.bytes(prefix + "." + name) }
  func tensor(_ name: String) throws -> Tensor {
    Tensor(shape: try golden.shape(prefix + "." + name), try floats(name))
  }

  /// - Parameters:
  ///   - inputs: names in the golden file of what the op learns from.
  ///   - relative: of the largest value; sums of up to a few hundred products in f32 stay well below 1e-5.
  ///   - step: of the central differences.
  func check(
    _ inputs: [String], relative: Float = 1e-5, step: Float = 1e-2, sourceLocation: SourceLocation = #_sourceLocation,
    _ op: ([Tensor]) -> Tensor
  ) throws {
    let leaves = try inputs.map { try tensor($0).learning() }
    let y = op(leaves)
    expectClose(
      y.array, try floats("y"), relative: relative, because: "PyTorch in float64", sourceLocation: sourceLocation)
    let dy = try tensor("dy")
    try backward([(y, dy.viewed(as: y.shape))])
    for (i, name) in inputs.enumerated() {
      let found = leaves[i].gradient?.value?.array ?? []
      expectClose(
        found, try floats("d" + name), relative: relative, because: "PyTorch's gradient in float64",
        sourceLocation: sourceLocation)
      try checkDifferences(inputs, i, found, dy.array, step: step, sourceLocation, op)
    }
    try checkAdding(leaves, inputs, dy, relative, sourceLocation, op)
  }

  private func checkDifferences(
    _ inputs: [String], _ varied: Int, _ found: [Float], _ dy: [Float], step: Float, _ sourceLocation: SourceLocation,
    _ op: ([Tensor]) -> Tensor
  ) throws {
    let values = try inputs.map { try tensor($0) }
    let indices = sampledIndices(of: values[varied].count)
    let expected = centralDifferences(at: values[varied].array, indices: indices, step: step) { x in
      var changed = values
      changed[varied] = Tensor(shape: values[varied].shape, x)
      return zip(op(changed).array, dy).reduce(0) { $0 + Double($1.0) * Double($1.1) }
    }
    let scale = found.reduce(0) { max($0, abs($1)) }
    // Curvature h² and rounding ε/h both stay below a few thousandths here.
    for (i, index) in indices.enumerated() where abs(found[index] - expected[i]) > 5e-3 * max(scale, 1e-3) {
      Issue.record(
        "d\(inputs[varied])[\(index)] is \(found[index]), by central differences \(expected[i])",
        sourceLocation: sourceLocation)
    }
  }

  /// A second backward adds: gradients double.
  private func checkAdding(
    _ leaves: [Tensor], _ inputs: [String], _ dy: Tensor, _ relative: Float, _ sourceLocation: SourceLocation,
    _ op: ([Tensor]) -> Tensor
  ) throws {
    let y = op(leaves)
    try backward([(y, dy.viewed(as: y.shape))])
    for (leaf, name) in zip(leaves, inputs) {
      expectClose(
        leaf.gradient?.value?.array ?? [], try floats("d" + name).map { 2 * $0 }, relative: relative,
        because: "backward adds", sourceLocation: sourceLocation)
    }
  }
}

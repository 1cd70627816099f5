import Engine
import TestSupport
import Testing

/// The typed kernels and products in bf16, against the same golden files.
///
/// bf16 keeps 8 bits: a stored number is off by up to 2⁻⁹ of itself. An op rounds its inputs once, what it stores on the way
/// once each, and its result once; sums average the errors out. 2⁻⁶ of the largest value holds three such roundings.
@Suite struct BF16Tests {
  private let tolerance: Float = 0x1p-6
  private let reason = "a few roundings to 8 bits"

  /// Runs an op on inputs of which the first are rounded to bf16, and compares value and gradients.
  private func check(
    _ name: String, _ inputs: [String], rounded: Int, sourceLocation: SourceLocation = #_sourceLocation,
    _ op: ([Tensor]) -> Tensor
  ) throws {
    let golden = try OpGolden(name)
    let leaves = try inputs.enumerated().map {
      try golden.tensor($0.element).converted(to: $0.offset < rounded ? .bf16 : .f32).learning()
    }
    let y = op(leaves)
    let dy = try golden.tensor("dy").viewed(as: y.shape)
    expectClose(y.array, try golden.floats("y"), relative: tolerance, because: reason, sourceLocation: sourceLocation)
    try backward([(y, dy.converted(to: y.element))])
    for (leaf, name) in zip(leaves, inputs) {
      expectClose(
        leaf.gradient?.value?.array ?? [], try golden.floats("d" + name), relative: tolerance, because: reason,
        sourceLocation: sourceLocation)
    }
  }

  @Test func `linear in bf16 agrees with PyTorch`() throws {
    try check("linear", ["x", "weight", "bias"], rounded: 2) { linear($0[0], $0[1], $0[2]) }
  }

  @Test func `a product in bf16 is that of the rounded numbers, not f32's`() throws {
    let golden = try OpGolden("linear")
    let (x, weight) = (try golden.tensor("x"), try golden.tensor("weight"))
    let half = linear(x.converted(to: .bf16), weight.converted(to: .bf16), result: .f32).array
    let rounded = linear(
      x.converted(to: .bf16).converted(to: .f32), weight.converted(to: .bf16).converted(to: .f32)
    ).array
    expectClose(half, rounded, relative: 1e-6, because: "sums are f32, whether operands were widened or not")
    #expect(zip(half, linear(x, weight).array).count { abs($0 - $1) > 1e-4 } > half.count / 2)
  }

  @Test func `linear in bf16 adds to an f32 residual`() throws {
    let golden = try OpGolden("linear")
    let residual = Tensor(shape: [13, 40], repeating: 1000)
    let y = linear(
      try golden.tensor("x").converted(to: .bf16), try golden.tensor("weight").converted(to: .bf16),
      try golden.tensor("bias"), plus: residual)
    #expect(y.element == .f32)
    expectClose(y.array.map { $0 - 1000 }, try golden.floats("y"), relative: tolerance, because: reason)
  }

  @Test func `layer norm stored in bf16 agrees with PyTorch`() throws {
    try check("layer_norm", ["x", "weight", "bias"], rounded: 0) { layerNorm($0[0], $0[1], $0[2], result: .bf16) }
  }

  @Test(arguments: [("gelu", Activation.gelu), ("quick_gelu", .quickGELU)])
  func `activations in bf16 agree with PyTorch`(_ name: String, _ activation: Activation) throws {
    try check(name, ["x"], rounded: 1) { activate($0[0].reshaped([129, 1]), activation).reshaped([129]) }
  }

  @Test(arguments: [("attention", 3, 5, false), ("attention_causal", 3, 5, true), ("attention_single", 3, 1, false)])
  func `attention in bf16 agrees with PyTorch`(_ name: String, _ batch: Int, _ length: Int, _ causal: Bool) throws {
    try check(name, ["qkv"], rounded: 1) {
      attention($0[0], Sequences(lengths: Array(repeating: length, count: batch)), heads: 2, causal: causal)
    }
  }

  @Test func `attending once in bf16 is attention's row`() throws {
    let qkv = try OpGolden("attention_causal").tensor("qkv").converted(to: .bf16)
    let (width, sequences) = (128, Sequences(lengths: [5, 5, 5]))
    let at = sequences.lastRows
    let whole = pickRows(attention(qkv, sequences, heads: 2, causal: true), at)
    let identity = (0..<384).flatMap { i in (0..<384).map { Float(i == $0 ? 1 : 0) } }
    let turned = Tensor(shape: [384, 384], identity).converted(to: .bf16)
    let query = linear(pickRows(qkv, at), slicedRows(turned, 0..<width))
    let packed = linear(qkv, slicedRows(turned, width..<384))
    expectClose(
      singleQueryAttention(query, packed, sequences, heads: 2).array, whole.array, relative: tolerance,
      because: reason)
  }

  @Test func `patches in bf16 and a product are a convolution`() throws {
    let golden = try OpGolden("patches")
    let cut = patches(
      try golden.bytes("pixels"), side: 16, patch: 8, mean: try golden.floats("mean"),
      deviation: try golden.floats("std"), result: .bf16)
    let y = linear(cut, try golden.tensor("weight").converted(to: .bf16).viewed(as: [24, 192]), result: .f32)
    expectClose(y.array, try golden.floats("y"), relative: tolerance, because: reason)
  }

  @Test func `bf16 rounds to the nearest, ties to even`() {
    let ulp: Float = 0x1p-7
    let x: [Float] = [1, 1 + ulp, 1 + ulp / 2, 1 + 3 * ulp / 2, 1 + 0.51 * ulp, -3.140625, 0, -.infinity]
    let expected: [Float] = [1, 1 + ulp, 1, 1 + 2 * ulp, 1 + ulp, -3.140625, 0, -.infinity]
    #expect(Tensor(shape: [x.count], x).converted(to: .bf16).array == expected)
  }
}

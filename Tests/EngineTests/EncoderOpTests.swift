import Engine
import TestSupport
import Testing

/// The ops that variants of the encoders need: `Tests/Golden/encoder_ops.py`.
@Suite struct EncoderOpTests {
  private func golden(_ prefix: String) throws -> OpGolden { try OpGolden(prefix, in: "encoder_ops") }

  @Test(arguments: [("tanh", Activation.tanh), ("tanh_gelu", .tanhGELU)])
  func `activations by tanh agree with PyTorch and with central differences`(_ name: String, _ op: Activation) throws {
    try golden(name).check(["x"]) { activate($0[0], op) }
  }

  @Test func `tanh reaches its ends`() {
    #expect(activate(Tensor(shape: [3], [-100, 0, 100]), .tanh).array == [-1, 0, 1])
  }

  @Test func `layer norm takes another epsilon`() throws {
    try golden("layer_norm_epsilon").check(["x", "weight", "bias"]) { layerNorm($0[0], $0[1], $0[2], epsilon: 0.1) }
  }

  @Test func `layer scale agrees with PyTorch and with central differences`() throws {
    try golden("layer_scale").check(["x", "gamma", "residual"]) { layerScale($0[0], $0[1], plus: $0[2]) }
  }

  @Test func `means of rows agree with PyTorch and with central differences`() throws {
    try golden("mean_rows").check(["x"]) { meanRows($0[0], [1..<5, 0..<1, 2..<4]) }
  }

  @Test func `the mean of one row is the row`() {
    let x = Tensor(shape: [2, 1, 3], [1, -2, 3, 0.1, 0.2, 0.3])
    #expect(meanRows(x, [0..<1, 0..<1]).array == x.array)
  }

  @Test func `attention to what is seen agrees with PyTorch and with central differences`() throws {
    try golden("seen_attention").check(["q", "k", "v"]) {
      paddedAttention($0[0], $0[1], $0[2], seen: [5, 1, 3], heads: 2)
    }
  }

  @Test func `padding changes no bit of the rows before it`() throws {
    let golden = try golden("seen_attention")
    let parts = try ["q", "k", "v"].map { try golden.tensor($0) }
    func first(_ parts: [Tensor]) -> [Float] {
      let y = paddedAttention(parts[0], parts[1], parts[2], seen: [5, 1, 3], heads: 2)
      return Array(y.array[2 * 5 * 16..<2 * 5 * 16 + 3 * 16])
    }
    let before = first(parts)
    for part in parts { part.rows(13..<15).fill(7) }
    #expect(first(parts) == before)
  }

  @Test func `two tokens before a sequence agree with PyTorch and with central differences`() throws {
    try golden("tokens").check(["x", "first", "second", "positions"]) {
      withTokens($0[0], [$0[1], $0[2]], positions: $0[3])
    }
  }

  @Test func `one row added to all agrees with PyTorch and with central differences`() throws {
    try golden("plus_row").check(["x", "row"]) { plusRow($0[0], $0[1]) }
  }

  @Test
  func `what is stored as bf16 is rounded once and its gradient comes back`() throws {
    let x = Tensor(shape: [2, 3], [1, 1.001, -2, 0.5, 3.1416, 100.3]).learning()
    let y = x.cast(to: .bf16)
    #expect(y.array == [1, 1, -2, 0.5, 3.140625, 100.5])
    let dy = Tensor(shape: [2, 3], repeating: 2)
    try backward([(meanRows(y.reshaped([2, 1, 3]), [0..<1, 0..<1]), dy)])
    #expect(x.gradient?.value?.array == dy.array)
  }
}

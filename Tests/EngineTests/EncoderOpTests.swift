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
    try golden("mean_rows").check(["x"]) { meanRows($0[0], [1..<5, 5..<6, 12..<14]) }
  }

  @Test func `the mean of one row is the row`() {
    let x = Tensor(shape: [2, 1, 3], [1, -2, 3, 0.1, 0.2, 0.3])
    #expect(meanRows(x, [0..<1, 1..<2]).array == x.array)
  }

  private let sequences = Sequences(lengths: [5, 1, 3])

  @Test(arguments: [("sequences", false), ("sequences_causal", true)])
  func `attention within sequences agrees with PyTorch and with central differences`(
    _ name: String, _ causal: Bool
  ) throws {
    try golden(name).check(["qkv"]) { attention($0[0], sequences, heads: 2, causal: causal) }
  }

  @Test func `one query a sequence agrees with PyTorch and with central differences`() throws {
    try golden("single_query").check(["query", "packed"]) {
      singleQueryAttention($0[0], $0[1], sequences, heads: 2)
    }
  }

  // Whose last rows nobody sees but the second's, which is alone.
  private let hiding = Sequences(lengths: [5, 1, 3], hidingLast: [true, false, true])

  @Test(arguments: [("hiding", false), ("hiding_causal", true)])
  func `attention that hides last rows agrees with PyTorch and with central differences`(
    _ name: String, _ causal: Bool
  ) throws {
    try golden(name).check(["qkv"]) { attention($0[0], hiding, heads: 2, causal: causal) }
  }

  @Test func `one query that isn't seen agrees with PyTorch and with central differences`() throws {
    try golden("hiding_single").check(["query", "packed"]) { singleQueryAttention($0[0], $0[1], hiding, heads: 2) }
  }

  @Test func `an embedding with an ending agrees with PyTorch and with central differences`() throws {
    let golden = try golden("ended_embedding")
    let (tokens, places) = (try golden.tokens("tokens"), try golden.tokens("places"))
    try golden.check(["table", "ending", "positions"]) {
      endedEmbedding(tokens, places: places, sequences, table: $0[0], ending: $0[1], positions: $0[2])
    }
  }

  @Test func `embedding of sequences agrees with PyTorch and with central differences`() throws {
    let golden = try golden("embedding")
    let tokens = try golden.tokens("tokens")
    try golden.check(["table", "positions"]) { embedding(tokens, sequences, table: $0[0], positions: $0[1]) }
  }

  @Test func `three columns are joined and their gradients part`() throws {
    let parts = (0..<3).map { i in Tensor(shape: [2, 2], (0..<4).map { Float(10 * i + $0) }).learning() }
    let y = joinedColumns(parts[0], parts[1], parts[2])
    #expect(y.array == [0, 1, 10, 11, 20, 21, 2, 3, 12, 13, 22, 23])
    try backward([(y, Tensor(shape: [2, 6], y.array))])
    for part in parts { #expect(part.gradient?.value?.array == part.array) }
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
    try backward([(meanRows(y, [0..<1, 1..<2]), dy)])
    #expect(x.gradient?.value?.array == dy.array)
  }
}

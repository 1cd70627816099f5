import Engine
import TestSupport
import Testing

@Suite struct OpTests {
  @Test func `linear agrees with PyTorch and with central differences`() throws {
    try OpGolden("linear").check(["x", "weight", "bias"]) { linear($0[0], $0[1], $0[2]) }
  }

  @Test func `linear with a transposed weight is the same`() throws {
    let golden = try OpGolden("linear")
    let weight = try golden.tensor("weight")
    let (rows, width) = (weight.rows, weight.width)
    let turned = (0..<width).flatMap { i in (0..<rows).map { weight.array[$0 * width + i] } }
    let y = linear(
      try golden.tensor("x"), Tensor(shape: [width, rows], turned), try golden.tensor("bias"), transposed: true)
    expectClose(y.array, try golden.floats("y"), relative: 1e-5, because: "PyTorch in float64")
  }

  @Test func `linear adds to a residual and hands its gradient on`() throws {
    let golden = try OpGolden("linear")
    let (x, weight) = (try golden.tensor("x"), try golden.tensor("weight"))
    let residual = Tensor(shape: [13, 40], (0..<520).map(Float.init)).learning()
    let y = linear(x, weight, try golden.tensor("bias"), plus: residual)
    expectClose(
      y.array, zip(try golden.floats("y"), residual.array).map(+), relative: 1e-6, because: "one more addition")
    let dy = try golden.tensor("dy")
    try backward([(y, dy)])
    #expect(residual.gradient?.value?.array == dy.array)
  }

  @Test func `a tensor used as input and residual gets both gradients`() throws {
    let x = Tensor(shape: [3, 4], (0..<12).map { Float($0) / 10 }).learning()
    let identity = Tensor(shape: [4, 4], (0..<16).map { $0 % 5 == 0 ? 2 : 0 })
    let dy = Tensor(shape: [3, 4], (0..<12).map { Float($0) - 5 })
    try backward([(linear(x, identity, plus: x), dy)])
    expectClose(x.gradient?.value?.array ?? [], dy.array.map { 3 * $0 }, relative: 1e-6, because: "y = 2 x + x")
  }

  @Test func `layer norm agrees with PyTorch and with central differences`() throws {
    try OpGolden("layer_norm").check(["x", "weight", "bias"]) { layerNorm($0[0], $0[1], $0[2]) }
  }

  @Test func `layer norm of one number is its bias`() {
    let y = layerNorm(
      Tensor(shape: [2, 1], [3, -7]), Tensor(shape: [1], [2]), Tensor(shape: [1], [0.5]))
    #expect(y.array == [0.5, 0.5])
  }

  // erf is approximated to 2e-7 of 1, so of 8 the tolerance leaves room.
  @Test func `gelu agrees with PyTorch and with central differences`() throws {
    try OpGolden("gelu").check(["x"]) { activate($0[0], .gelu) }
  }

  @Test func `quick gelu agrees with PyTorch and with central differences`() throws {
    try OpGolden("quick_gelu").check(["x"]) { activate($0[0], .quickGELU) }
  }

  @Test(arguments: [
    ("attention", 3, 5, 2, false), ("attention_causal", 3, 5, 2, true),
    ("attention_narrow", 2, 7, 2, true), ("attention_single", 3, 1, 2, false),
  ])
  func `attention agrees with PyTorch and with central differences`(
    _ name: String, _ batch: Int, _ length: Int, _ heads: Int, _ causal: Bool
  ) throws {
    try OpGolden(name).check(["qkv"]) {
      attention($0[0], Sequences(lengths: Array(repeating: length, count: batch)), heads: heads, causal: causal)
    }
  }

  /// One query a sequence is a row of attention: its golden file serves both.
  @Test(arguments: [("attention", 3, false), ("attention_causal", 4, true)])
  func `attending once gives attention's row and its gradients`(_ name: String, _ row: Int, _ causal: Bool) throws {
    let golden = try OpGolden(name)
    let (width, sequences) = (128, Sequences(lengths: [5, 5, 5]))
    let at = sequences.firstRows.map { $0 + row }
    func separate(_ qkv: Tensor) -> Tensor {
      let turned = (0..<3 * width).map { i in (0..<3 * width).map { Float(i == $0 ? 1 : 0) } }
      let identity = Tensor(shape: [3 * width, 3 * width], turned.flatMap { $0 })
      let query = linear(pickRows(qkv, at), slicedRows(identity, 0..<width))
      let packed = linear(qkv, slicedRows(identity, width..<3 * width))
      return singleQueryAttention(query, packed, sequences, heads: 2)
    }
    func whole(_ qkv: Tensor) -> Tensor {
      pickRows(attention(qkv, sequences, heads: 2, causal: causal), at)
    }
    let dy = pickRows(try golden.tensor("dy"), at)
    let found = try [separate, whole].map { op in
      let qkv = try golden.tensor("qkv").learning()
      let y = op(qkv)
      try backward([(y, dy)])
      return (y: y.array, dqkv: qkv.gradient?.value?.array ?? [])
    }
    expectClose(found[0].y, found[1].y, relative: 1e-6, because: "another order of the same sums")
    expectClose(found[0].dqkv, found[1].dqkv, relative: 1e-6, because: "another order of the same sums")
  }

  @Test func `embedding agrees with PyTorch and with central differences`() throws {
    let golden = try OpGolden("embedding")
    let tokens = try golden.tokens("tokens")
    try golden.check(["table", "positional"]) {
      embedding(tokens, Sequences(lengths: [7, 7, 7]), table: $0[0], positions: $0[1])
    }
  }

  @Test func `patches and a product are a convolution`() throws {
    let golden = try OpGolden("patches")
    let cut = patches(
      try golden.bytes("pixels"), side: 16, patch: 8, mean: try golden.floats("mean"),
      deviation: try golden.floats("std"))
    try golden.check(["weight"]) { linear(cut, $0[0].reshaped([24, 192])) }
  }

  @Test func `class token agrees with PyTorch and with central differences`() throws {
    try OpGolden("class_token").check(["x", "token", "positional"]) {
      withTokens($0[0], [$0[1]], positions: $0[2])
    }
  }

  @Test func `picked rows agree with PyTorch and with central differences`() throws {
    try OpGolden("pick").check(["x"]) { pickRows($0[0], [4, 7 + 2, 14 + 1]) }
  }

  @Test func `unit rows agree with PyTorch and with central differences`() throws {
    try OpGolden("unit_rows").check(["x"]) { unitRows($0[0]) }
  }

  @Test func `a row of zeros stays zero`() throws {
    let golden = try OpGolden("unit_rows_zero")
    expectClose(
      unitRows(try golden.tensor("x")).array, try golden.floats("y"), relative: 1e-6, because: "PyTorch in float64")
  }

  /// So whoever holds a half may add it up, on any number of threads.
  @Test(arguments: [0, 1, 1000, 1 << 14, 123_457]) func `a sum of squares is that of both halves`(_ count: Int) {
    let x = Tensor(shape: [count], (0..<count).map { Float($0 * 7919 % 1009) / 100 - 5 })
    let sum = x.sumOfSquares(halvings: 10)
    let (lower, upper) = (x.elements(0..<count / 2), x.elements(count / 2..<count))
    #expect(sum == lower.sumOfSquares(halvings: 9) + upper.sumOfSquares(halvings: 9))
    let exact = x.array.reduce(0) { $0 + Double($1) * Double($1) }
    #expect(abs(sum - exact) <= 1e-12 * exact)
    Threads.count = 2
    defer { Threads.count = 1 }
    #expect(x.sumOfSquares(halvings: 10) == sum)
  }

  @Test func `no op keeps anything when nobody learns`() throws {
    let golden = try OpGolden("layer_norm")
    let y = layerNorm(try golden.tensor("x"), try golden.tensor("weight"), try golden.tensor("bias"))
    #expect(y.gradient == nil)
  }
}

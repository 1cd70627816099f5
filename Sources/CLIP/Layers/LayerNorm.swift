import Engine

/// `layerNorm` with its `weight` and `bias`, `[width]`.
struct LayerNorm {
  let weight: Parameter
  let bias: Parameter
  let epsilon: Float

  init(_ at: Scope, width: Int, epsilon: Float = 1e-5) {
    weight = (at / "weight").parameter([width], .constant(1))
    bias = (at / "bias").parameter([width], .constant(0))
    self.epsilon = epsilon
  }

  /// The normalized rows for a product: stored as products take them.
  func callAsFunction(_ x: Tensor, _ pass: Pass) -> Tensor {
    layerNorm(x, weight.tensor(pass), bias.tensor(pass), epsilon: epsilon, result: weight.element)
  }

  /// The normalized rows for the residual stream, which is f32.
  func stream(_ x: Tensor, _ pass: Pass) -> Tensor {
    layerNorm(x, weight.tensor(pass), bias.tensor(pass), epsilon: epsilon)
  }
}

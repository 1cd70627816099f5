import Engine

/// y = x Wᵀ + b, with PyTorch's names: `weight` `[out, in]` and `bias` `[out]`.
struct Linear {
  let weight: Parameter
  let bias: Parameter

  init(weight: Scope, bias: Scope, from: Int, to: Int, drawn: Initial, biasDrawn: Initial = .constant(0)) {
    self.weight = weight.parameter([to, from], drawn)
    self.bias = bias.parameter([to], biasDrawn)
  }

  init(_ at: Scope, from: Int, to: Int, drawn: Initial, biasDrawn: Initial = .constant(0)) {
    self.init(weight: at / "weight", bias: at / "bias", from: from, to: to, drawn: drawn, biasDrawn: biasDrawn)
  }

  func callAsFunction(_ x: Tensor, plus residual: Tensor? = nil) -> Tensor {
    linear(x, weight.operand, bias.tensor, plus: residual)
  }

  /// Some of the outputs only.
  func callAsFunction(_ x: Tensor, outputs: Range<Int>) -> Tensor {
    linear(x, slicedRows(weight.operand, outputs), slicedRows(bias.tensor, outputs))
  }
}

/// `layerNorm` with its `weight` and `bias`, `[width]`.
struct LayerNorm {
  let weight: Parameter
  let bias: Parameter

  init(_ at: Scope, width: Int) {
    weight = (at / "weight").parameter([width], .constant(1))
    bias = (at / "bias").parameter([width], .constant(0))
  }

  /// For a product: stored as products take it.
  func callAsFunction(_ x: Tensor) -> Tensor { layerNorm(x, weight.tensor, bias.tensor, result: weight.element) }

  /// For the residual stream, which is f32.
  func stream(_ x: Tensor) -> Tensor { layerNorm(x, weight.tensor, bias.tensor) }
}

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

  func callAsFunction(_ x: Tensor, _ pass: Pass, plus residual: Tensor? = nil) -> Tensor {
    linear(x, weight.operand(pass), bias.tensor(pass), plus: residual)
  }

  /// y = x Wᵀ + b, stored as asked.
  func callAsFunction(_ x: Tensor, _ pass: Pass, result: Element) -> Tensor {
    linear(x, weight.operand(pass), bias.tensor(pass), result: result)
  }

  /// Some of the columns of x Wᵀ + b.
  func callAsFunction(_ x: Tensor, _ pass: Pass, outputs: Range<Int>) -> Tensor {
    linear(x, slicedRows(weight.operand(pass), outputs), slicedRows(bias.tensor(pass), outputs))
  }
}

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

/// Scales what a block adds to the residual stream, column by column; adds it as it is where there is no layer scale.
///
/// - Source: OpenCLIP's `LayerScale`.
struct Addition {
  let gamma: Parameter?

  init(_ at: Scope, width: Int, initial: Float?) {
    gamma = initial.map { (at / "gamma").parameter([width], .constant($0)) }
  }

  /// x + layer(y), or x + γ layer(y).
  func callAsFunction(_ x: Tensor, plus y: Tensor, through layer: Linear, _ pass: Pass) -> Tensor {
    guard let gamma else { return layer(y, pass, plus: x) }
    return layerScale(layer(y, pass), gamma.tensor(pass), plus: x)
  }
}

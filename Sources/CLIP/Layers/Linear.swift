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

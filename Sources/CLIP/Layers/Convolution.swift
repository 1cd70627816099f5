import Engine

/// `convolution` with PyTorch's names: `weight` `[out, in, side, side]` and, if any, `bias` `[out]`.
struct Convolution {
  let weight: Parameter
  let bias: Parameter?
  let stride: Int
  let padding: Int

  /// How a filter is drawn.
  enum Drawn {
    /// PyTorch's default, which OpenCLIP's ModifiedResNet keeps.
    case uniform
    /// He's by the number of outputs, which torchvision takes.
    case normal
  }

  /// - Parameter stride: with a padding that keeps the picture's size if the stride is 1.
  init(_ at: Scope, from: Int, to: Int, side: Int, stride: Int = 1, biased: Bool = false, drawn: Drawn) {
    let initial =
      switch drawn {
      case .uniform: Initial.uniform(bound: 1 / Float(from * side * side).squareRoot())
      case .normal: Initial.normal(deviation: (2 / Float(to * side * side)).squareRoot())
      }
    weight = (at / "weight").parameter([to, from, side, side], initial)
    bias = biased ? (at / "bias").parameter([to], .constant(0)) : nil
    (self.stride, padding) = (stride, side / 2)
  }

  func callAsFunction(_ x: Tensor, _ pass: Pass) -> Tensor {
    convolution(x, weight.operand(pass), bias?.tensor(pass), stride: stride, padding: padding)
  }
}

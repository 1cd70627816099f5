import Engine

/// The mean over all points of a feature map, projected.
struct MeanProjection {
  let weight: Parameter

  init(_ at: Scope, width: Int, embeddingWidth: Int) {
    weight = at.parameter([width, embeddingWidth], .normal(deviation: 1 / Float(width).squareRoot()))
  }

  /// - Parameter x: `[batch, side, side, width]`
  /// - Returns: `[batch, embeddingWidth]`
  func callAsFunction(_ x: Tensor, _ pass: Pass) -> Tensor {
    let means = averagePool(x, window: x.shape[1]).reshaped([x.shape[0], x.width])
    return linear(means, weight.operand(pass), transposed: true, result: .f32)
  }
}

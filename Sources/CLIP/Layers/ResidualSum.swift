import Engine

/// Scales what a block adds to the residual stream, column by column; adds it as it is where there is no layer scale.
///
/// - Source: OpenCLIP's `LayerScale`.
struct ResidualSum {
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

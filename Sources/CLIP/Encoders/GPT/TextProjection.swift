import Engine

/// From a text's state to its embedding: a matrix, a linear layer, or nothing.
struct TextProjection {
  private enum Kind {
    case matrix(Parameter)
    case layer(Linear)
    case none
  }

  private let kind: Kind

  init(_ at: Scope, _ configuration: ModelConfiguration.GPT, embeddingWidth: Int) {
    let width = configuration.transformer.width
    let drawn = Initial.normal(deviation: 1 / Float(width).squareRoot())
    kind =
      switch (configuration.projection, configuration.projectionHasBias) {
      case (.none, _): .none
      case (.linear, true): .layer(Linear(at, from: width, to: embeddingWidth, drawn: drawn))
      case (.linear, false): .matrix(at.parameter([width, embeddingWidth], drawn))
      }
  }

  /// What it takes, of the transformer's last states.
  func states(_ x: Tensor, after norm: LayerNorm, _ pass: Pass) -> Tensor {
    if case .none = kind { norm.stream(x, pass) } else { norm(x, pass) }
  }

  func callAsFunction(_ states: Tensor, _ pass: Pass) -> Tensor {
    switch kind {
    case .matrix(let matrix):
      linear(states.cast(to: matrix.element), matrix.operand(pass), transposed: true, result: .f32)
    case .layer(let layer): layer(states.cast(to: layer.weight.element), pass, result: .f32)
    case .none: states
    }
  }
}

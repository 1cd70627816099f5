import Engine

/// Attention of the mean of all points to the points and itself.
///
/// Names: those of OpenCLIP's `AttentionPool2d`.
struct AttentionPool {
  let positions: Parameter
  let key: Linear
  let query: Linear
  let value: Linear
  let out: Linear
  let heads: Int

  init(_ at: Scope, points: Int, width: Int, heads: Int, embeddingWidth: Int) {
    let deviation = 1 / Float(width).squareRoot()
    func layer(_ name: String, to: Int) -> Linear {
      Linear(
        at / name, from: width, to: to, drawn: .normal(deviation: deviation), biasDrawn: .uniform(bound: deviation))
    }
    // Not said to be positions: OpenCLIP, which goes by names, neither resizes these nor keeps them from decay.
    positions = (at / "positional_embedding").parameter([points + 1, width], .normal(deviation: deviation))
    key = layer("k_proj", to: width)
    query = layer("q_proj", to: width)
    value = layer("v_proj", to: width)
    out = layer("c_proj", to: embeddingWidth)
    self.heads = heads
  }

  /// - Parameter x: `[batch, height, width, channels]`
  /// - Returns: `[batch, embeddingWidth]`
  func callAsFunction(_ x: Tensor, _ pass: Pass) -> Tensor {
    let (batch, points) = (x.shape[0], x.shape[1] * x.shape[2])
    let tokens = withMeanToken(x.reshaped([batch, points, x.width]), positions: positions.tensor(pass))
    let sequences = Sequences(of: tokens)
    let means = pickRows(tokens, sequences.firstRows)
    let attended = singleQueryAttention(
      query(means, pass), joinedColumns(key(tokens, pass), value(tokens, pass)), sequences, heads: heads)
    return out(attended, pass, result: .f32)
  }
}

import Engine

/// Attention of one learned query to all patches, then a block's MLP.
///
///     y ← proj(attn(q(latent), kv(x)))        y ← y + mlp.fc2(gelu(mlp.fc1(norm(y))))
///
/// Names: those of timm's `AttentionPoolLatent`.
struct LatentPool {
  let latent: Parameter
  let query: Linear
  let keysAndValues: Linear
  let out: Linear
  let norm: LayerNorm
  let widen: Linear
  let narrow: Linear
  let shape: TransformerShape

  init(_ at: Scope, _ shape: TransformerShape) {
    let (width, drawn) = (shape.width, shape.initial.packed)
    latent = (at / "latent").parameter([1, 1, width], .truncatedNormal(deviation: 1 / Float(width).squareRoot()))
    query = Linear(at / "q", from: width, to: width, drawn: drawn)
    keysAndValues = Linear(at / "kv", from: width, to: 2 * width, drawn: drawn)
    out = Linear(at / "proj", from: width, to: width, drawn: drawn)
    norm = LayerNorm(at / "norm", width: width, epsilon: shape.epsilon)
    widen = Linear(at / "mlp" / "fc1", from: width, to: shape.mlpWidth, drawn: drawn)
    narrow = Linear(at / "mlp" / "fc2", from: shape.mlpWidth, to: width, drawn: drawn)
    self.shape = shape
  }

  /// - Parameter x: the rows of all sequences, `[…, width]`, as products take them.
  /// - Returns: `[sequences.count, width]`, f32.
  func callAsFunction(_ x: Tensor, _ sequences: Sequences, _ pass: Pass) -> Tensor {
    let element = query.weight.element
    let asked = query(latent.tensor(pass).reshaped([1, shape.width]).cast(to: element), pass, result: .f32)
    // All sequences ask the same; their gradients come together in f32.
    let queries = pickRows(asked, Array(repeating: 0, count: sequences.count)).cast(to: element)
    let attended = singleQueryAttention(queries, keysAndValues(x, pass), sequences, heads: shape.heads)
    let y = out(attended, pass, result: .f32)
    return narrow(activate(widen(norm(y, pass), pass), shape.activation), pass, plus: y)
  }
}

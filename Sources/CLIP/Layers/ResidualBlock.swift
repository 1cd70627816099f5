import Engine

/// One pre-norm transformer block: attention, then a two-layer MLP, each added to what went in.
///
///     x ← x + attn(ln_1(x))
///     x ← x + mlp.c_proj(gelu(mlp.c_fc(ln_2(x))))
///
/// With layer scale what is added is first multiplied by `ls_1.gamma` and `ls_2.gamma`.
///
/// Shapes: `x` is the rows of all sequences, `[…, width]`, in and out.
/// Names: those of OpenCLIP's `ResidualAttentionBlock`, so its checkpoints load without renaming.
struct ResidualBlock {
  let attentionNorm: LayerNorm
  let packed: Linear
  let out: Linear
  let mlpNorm: LayerNorm
  let widen: Linear
  let narrow: Linear
  let addAttention: ResidualSum
  let addMLP: ResidualSum
  let shape: TransformerShape

  init(_ at: Scope, _ shape: TransformerShape) {
    let (width, initial) = (shape.width, shape.initial)
    attentionNorm = LayerNorm(at / "ln_1", width: width, epsilon: shape.epsilon)
    packed = Linear(
      weight: at / "attn" / "in_proj_weight", bias: at / "attn" / "in_proj_bias", from: width, to: 3 * width,
      drawn: initial.packed)
    out = Linear(at / "attn" / "out_proj", from: width, to: width, drawn: initial.out)
    mlpNorm = LayerNorm(at / "ln_2", width: width, epsilon: shape.epsilon)
    widen = Linear(
      at / "mlp" / "c_fc", from: width, to: shape.mlpWidth, drawn: initial.widen, biasDrawn: initial.widenBias)
    narrow = Linear(
      at / "mlp" / "c_proj", from: shape.mlpWidth, to: width, drawn: initial.narrow, biasDrawn: initial.narrowBias)
    addAttention = ResidualSum(at / "ls_1", width: width, initial: shape.layerScale)
    addMLP = ResidualSum(at / "ls_2", width: width, initial: shape.layerScale)
    self.shape = shape
  }

  func callAsFunction(_ x: Tensor, _ sequences: Sequences, _ pass: Pass) -> Tensor {
    let attended = attention(packed(attentionNorm(x, pass), pass), sequences, heads: shape.heads, causal: shape.causal)
    return transformed(addAttention(x, plus: attended, through: out, pass), pass)
  }

  /// The block's result for one row of each sequence: all rows are needed as keys and values, of the rest only these.
  ///
  /// - Parameter rows: which row of x for each sequence; its last where attention is causal.
  /// - Returns: `[sequences.count, width]`
  func callAsFunction(_ x: Tensor, _ sequences: Sequences, only rows: [Int], _ pass: Pass) -> Tensor {
    precondition(!shape.causal || rows == sequences.lastRows, "residual block: a sequence goes on behind what is read")
    let width = shape.width
    let normed = attentionNorm(x, pass)
    let query = packed(pickRows(normed, rows), pass, outputs: 0..<width)
    let keysAndValues = packed(normed, pass, outputs: width..<3 * width)
    let attended = singleQueryAttention(query, keysAndValues, sequences, heads: shape.heads)
    return transformed(addAttention(pickRows(x, rows), plus: attended, through: out, pass), pass)
  }

  private func transformed(_ x: Tensor, _ pass: Pass) -> Tensor {
    addMLP(x, plus: activate(widen(mlpNorm(x, pass), pass), shape.activation), through: narrow, pass)
  }
}

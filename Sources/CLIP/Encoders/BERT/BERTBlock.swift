import Engine

/// One post-norm block of BERT: attention, then a two-layer MLP, each added to what went in and normalized.
///
///     x ← attention.output.LayerNorm(x + attention.output.dense(attn(x)))
///     x ← output.LayerNorm(x + output.dense(gelu(intermediate.dense(x))))
///
/// In training with a share left out (`Pass.dropoutShare`), attention's weights and both layers' results lose it, as in
/// Hugging Face's.
///
/// Shapes: `x` is the rows of all sequences, `[rows, width]`, f32, in and out.
/// Names: those of Hugging Face's `BertLayer`.
struct BERTBlock {
  let query: Linear
  let key: Linear
  let value: Linear
  let out: Linear
  let attentionNorm: LayerNorm
  let widen: Linear
  let narrow: Linear
  let mlpNorm: LayerNorm
  let heads: Int
  /// The first of the three places where numbers are left out in training.
  let site: Int

  /// - Parameter number: the block's among the encoder's, from 0.
  init(_ at: Scope, _ sizes: BERTSizes, number: Int) {
    let (width, epsilon) = (sizes.width, Float(sizes.epsilon))
    func layer(_ at: Scope, from: Int, to: Int) -> Linear {
      Linear(at, from: from, to: to, drawn: .normal(deviation: 0.02))
    }
    let attention = at / "attention"
    query = layer(attention / "self" / "query", from: width, to: width)
    key = layer(attention / "self" / "key", from: width, to: width)
    value = layer(attention / "self" / "value", from: width, to: width)
    out = layer(attention / "output" / "dense", from: width, to: width)
    attentionNorm = LayerNorm(attention / "output" / "LayerNorm", width: width, epsilon: epsilon)
    widen = layer(at / "intermediate" / "dense", from: width, to: sizes.mlpWidth)
    narrow = layer(at / "output" / "dense", from: sizes.mlpWidth, to: width)
    mlpNorm = LayerNorm(at / "output" / "LayerNorm", width: width, epsilon: epsilon)
    heads = sizes.heads
    site = 1 + 3 * number
  }

  func callAsFunction(_ x: Tensor, _ sequences: Sequences, _ pass: Pass) -> Tensor {
    let element = query.weight.element
    let input = x.cast(to: element)
    let packed = joinedColumns(query(input, pass), key(input, pass), value(input, pass))
    let attended = attended(packed, sequences, pass)
    let middle = attentionNorm.stream(sum(x, attended, through: out, sequences, pass, site + 1), pass)
    let wide = activate(widen(middle.cast(to: element), pass), .gelu)
    return mlpNorm.stream(sum(middle, wide, through: narrow, sequences, pass, site + 2), pass)
  }

  private func attended(_ packed: Tensor, _ sequences: Sequences, _ pass: Pass) -> Tensor {
    guard let dropout = pass.dropout(at: site) else {
      return attention(packed, sequences, heads: heads, causal: false)
    }
    return droppedAttention(packed.widened(), sequences, heads: heads, dropout).cast(to: packed.element)
  }

  /// x + layer(y), of which in training some numbers of the second are left out.
  private func sum(
    _ x: Tensor, _ y: Tensor, through layer: Linear, _ sequences: Sequences, _ pass: Pass, _ site: Int
  ) -> Tensor {
    guard let dropout = pass.dropout(at: site) else { return layer(y, pass, plus: x) }
    return dropped(layer(y, pass, result: .f32), sequences, dropout, plus: x)
  }
}

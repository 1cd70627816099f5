import Engine

/// One post-norm block of BERT: attention, then a two-layer MLP, each added to what went in and normalized.
///
///     x ← attention.output.LayerNorm(x + attention.output.dense(attn(x)))
///     x ← output.LayerNorm(x + output.dense(gelu(intermediate.dense(x))))
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

  init(_ at: Scope, _ sizes: BERTSizes) {
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
  }

  func callAsFunction(_ x: Tensor, _ sequences: Sequences, _ pass: Pass) -> Tensor {
    let element = query.weight.element
    let input = x.cast(to: element)
    let packed = joinedColumns(query(input, pass), key(input, pass), value(input, pass))
    let attended = attention(packed, sequences, heads: heads, causal: false)
    let middle = attentionNorm.stream(out(attended, pass, plus: x), pass)
    let wide = activate(widen(middle.cast(to: element), pass), .gelu)
    return mlpNorm.stream(narrow(wide, pass, plus: middle), pass)
  }
}

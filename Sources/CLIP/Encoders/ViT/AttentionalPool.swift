import Engine

/// Attention of a learned query to all states.
///
///     y = out_proj(attn(q(ln_q(query₀)), k(ln_k(x)), v(ln_k(x))))
///
/// The first query's result is the picture's; the others' are what CoCa's decoder reads, which isn't built. They are kept
/// as they are, but for weight decay.
///
/// Names: those of OpenCLIP's `AttentionalPooler`, and of PyTorch's `MultiheadAttention` in it, whose three matrices are
/// one where queries and states are equally wide.
struct AttentionalPool {
  let queries: Parameter
  let queryNorm: LayerNorm
  let keyNorm: LayerNorm
  /// Of queries, keys and values; or one of all.
  let matrices: [Parameter]
  let bias: Parameter
  let out: Linear
  let heads: Int
  private var width: Int { queries.declaration.shape[1] }

  /// - Parameters:
  ///   - from: how wide states are.
  ///   - width: of queries, and of the result.
  init(_ at: Scope, _ configuration: ModelConfiguration.ViT, width: Int) {
    let (from, attention) = (configuration.transformer.width, at / "attn")
    heads = configuration.poolHeads
    queries = (at / "query").parameter([configuration.poolQueries, width], .normal(deviation: 1))
    // Of the usual epsilon, whatever norm_kwargs say.
    queryNorm = LayerNorm(at / "ln_q", width: width)
    keyNorm = LayerNorm(at / "ln_k", width: from)
    func matrix(_ name: String, _ rows: Int, _ columns: Int) -> Parameter {
      (attention / name).parameter([rows, columns], .uniform(bound: (6 / Float(rows + columns)).squareRoot()))
    }
    matrices =
      from == width
      ? [matrix("in_proj_weight", 3 * width, width)]
      : [
        matrix("q_proj_weight", width, width), matrix("k_proj_weight", width, from),
        matrix("v_proj_weight", width, from),
      ]
    bias = (attention / "in_proj_bias").parameter([3 * width], .constant(0))
    out = Linear(
      attention / "out_proj", from: width, to: width, drawn: .uniform(bound: 1 / Float(width).squareRoot()))
  }

  /// - Parameter x: the rows of all sequences, `[…, from]`, f32.
  /// - Returns: `[sequences.count, width]`, f32.
  func callAsFunction(_ x: Tensor, _ sequences: Sequences, _ pass: Pass) -> Tensor {
    let first = slicedRows(queries.tensor(pass), 0..<1)
    let asked = linear(queryNorm(first, pass), matrix(0, pass), part(0..<1, pass), result: .f32)
    // All sequences ask the same; their gradients come together in f32.
    let query = pickRows(asked, Array(repeating: 0, count: sequences.count)).cast(to: queries.element)
    let attended = singleQueryAttention(query, keysAndValues(keyNorm(x, pass), pass), sequences, heads: heads)
    return out(attended, pass, result: .f32)
  }

  /// Rows k, then v.
  private func keysAndValues(_ x: Tensor, _ pass: Pass) -> Tensor {
    guard matrices.count > 1 else {
      return linear(x, slicedRows(matrices[0].operand(pass), width..<3 * width), part(1..<3, pass))
    }
    let (keys, values) = (
      linear(x, matrix(1, pass), part(1..<2, pass)), linear(x, matrix(2, pass), part(2..<3, pass))
    )
    return joinedColumns(keys, values)
  }

  private func matrix(_ number: Int, _ pass: Pass) -> Tensor {
    guard matrices.count == 1 else { return matrices[number].operand(pass) }
    return slicedRows(matrices[0].operand(pass), number * width..<(number + 1) * width)
  }

  /// Some thirds of the bias.
  private func part(_ thirds: Range<Int>, _ pass: Pass) -> Tensor {
    slicedRows(bias.tensor(pass), thirds.lowerBound * width..<thirds.upperBound * width)
  }
}

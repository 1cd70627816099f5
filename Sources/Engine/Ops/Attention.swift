import CKernels

/// Multi-head attention over packed queries, keys and values.
///
///     p = softmax(q kᵀ / √d)      o = p v
///     dv = pᵀ do,  dp = do vᵀ,  ds = p (dp − Σ p dp) / √d,  dq = ds k,  dk = dsᵀ q
///
/// - Parameters:
///   - packed: `[batch, length, 3 · width]`: each row q, then k, then v, each `heads` × d numbers.
///   - causal: row i sees rows 0…i only.
/// - Returns: `[batch, length, width]`, heads side by side, stored as `packed`. Scores and softmax are f32.
/// - Source: Vaswani et al., “Attention is all you need”, 2017.
public func attention(_ packed: Tensor, heads: Int, causal: Bool) -> Tensor {
  precondition(
    packed.shape.count == 3 && packed.width % (3 * heads) == 0, "attention: packed \(packed.shape), \(heads) heads")
  let sizes = HeadSizes(
    batch: packed.shape[0], length: packed.shape[1], heads: heads, width: packed.width / 3 / heads)
  let scale = 1 / Float(sizes.width).squareRoot()
  // Contiguous heads: read through the strides of the packed rows, oneDNN's products run at less than half their speed.
  let split = splitHeads(packed, parts: 3, sizes)
  let (q, k, v) = (split[0], split[1], split[2])
  let element = packed.element
  let scores = Tensor(shape: [sizes.batch * heads, sizes.length, sizes.length])
  product(Matrix(stack: q), Matrix(stack: k).transposed, into: Matrix(stack: scores))
  let p = element == .f32 ? scores : Tensor(shape: scores.shape, element: element)
  let softmax = element.pick(ck_softmax_forward_f32, ck_softmax_forward_bf16)
  inParallel(p.rows, atLeast: 256) { part in
    softmax(p.at(0), scores.pointer, scale, part.lowerBound, part.upperBound, sizes.length, causal ? 1 : 0)
  }
  let o = Tensor(shape: q.shape, element: element)
  product(Matrix(stack: p), Matrix(stack: v), into: Matrix(stack: o))
  let y = Tensor(shape: [sizes.batch, sizes.length, heads * sizes.width], element: element)
  mergeHeads(o, into: y, parts: 1, sizes, adds: false)

  return y.derived(from: packed.gradient) { [q, k, v, p, place = packed.gradient] dy in
    guard let (dpacked, adds) = place?.claim() else { return }
    let dO = splitHeads(dy, parts: 1, sizes)[0]
    let all = Tensor(shape: [3] + q.shape, element: element)
    let (dq, dk, dv) = (sizes.part(0, of: all), sizes.part(1, of: all), sizes.part(2, of: all))
    let dp = Tensor(shape: p.shape)
    product(Matrix(stack: p).transposed, Matrix(stack: dO), into: Matrix(stack: dv))
    product(Matrix(stack: dO), Matrix(stack: v).transposed, into: Matrix(stack: dp))
    let ds = element == .f32 ? dp : Tensor(shape: p.shape, element: element)
    let softmax = element.pick(ck_softmax_backward_f32, ck_softmax_backward_bf16)
    inParallel(p.rows, atLeast: 256) { part in
      softmax(
        ds.at(0), dp.pointer, p.at(0), scale, part.lowerBound, part.upperBound, sizes.length, causal ? 1 : 0)
    }
    product(Matrix(stack: ds), Matrix(stack: k), into: Matrix(stack: dq))
    product(Matrix(stack: ds).transposed, Matrix(stack: q), into: Matrix(stack: dk))
    mergeHeads(all, into: dpacked, parts: 3, sizes, adds: adds)
  }
}

private struct HeadSizes {
  let batch: Int
  let length: Int
  let heads: Int
  /// Numbers a head.
  let width: Int

  /// Part i of `[parts, batch · heads, length, width]`.
  func part(_ i: Int, of all: Tensor) -> Tensor {
    let shape = [batch * heads, length, width]
    return Tensor(
      shape: shape, element: all.element, storage: all.storage, offset: all.offset + i * shape.reduce(1, *))
  }
}

/// `[batch, length, parts, heads, width]` to `parts` tensors `[batch · heads, length, width]`.
private func splitHeads(_ packed: Tensor, parts: Int, _ sizes: HeadSizes) -> [Tensor] {
  let all = Tensor(
    shape: [parts, sizes.batch * sizes.heads, sizes.length, sizes.width], element: packed.element)
  let split = packed.element.pick(ck_split_heads_f32, ck_split_heads_bf16)
  inParallel(sizes.batch, atLeast: 4) { part in
    split(
      all.at(0), packed.at(0), part.lowerBound, part.upperBound, sizes.batch, sizes.length, parts, sizes.heads,
      sizes.width)
  }
  return (0..<parts).map { sizes.part($0, of: all) }
}

private func mergeHeads(_ split: Tensor, into packed: Tensor, parts: Int, _ sizes: HeadSizes, adds: Bool) {
  let merge = packed.element.pick(ck_merge_heads_f32, ck_merge_heads_bf16)
  inParallel(sizes.batch, atLeast: 4) { part in
    merge(
      packed.at(0), split.at(0), part.lowerBound, part.upperBound, sizes.batch, sizes.length, parts, sizes.heads,
      sizes.width, adds ? 1 : 0)
  }
}

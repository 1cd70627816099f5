import CKernels

/// Multi-head attention over packed queries, keys and values.
///
///     p = softmax(q kᵀ / √d)      o = p v
///     dv = pᵀ do,  dp = do vᵀ,  ds = p (dp − Σ p dp) / √d,  dq = ds k,  dk = dsᵀ q
///
/// - Parameters:
///   - packed: `[batch, length, 3 · width]`: each row q, then k, then v, each `heads` × d numbers.
///   - causal: row i sees rows 0…i only.
/// - Returns: `[batch, length, width]`, heads side by side.
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
  let p = Tensor(shape: [sizes.batch * heads, sizes.length, sizes.length])
  product(Matrix(stack: q), Matrix(stack: k).transposed, into: Matrix(stack: p))
  inParallel(p.rows, atLeast: 256) { part in
    ck_softmax_forward(p.pointer, scale, part.lowerBound, part.upperBound, sizes.length, causal ? 1 : 0)
  }
  let o = Tensor(shape: q.shape)
  product(Matrix(stack: p), Matrix(stack: v), into: Matrix(stack: o))
  let y = Tensor(shape: [sizes.batch, sizes.length, heads * sizes.width])
  mergeHeads(o, into: y, parts: 1, sizes, adds: false)

  return y.derived(from: packed.gradient) { [q, k, v, p, place = packed.gradient] dy in
    guard let (dpacked, adds) = place?.claim() else { return }
    let dO = splitHeads(dy, parts: 1, sizes)[0]
    let all = Tensor(shape: [3] + q.shape)
    let (dq, dk, dv) = (sizes.part(0, of: all), sizes.part(1, of: all), sizes.part(2, of: all))
    let ds = Tensor(shape: p.shape)
    product(Matrix(stack: p).transposed, Matrix(stack: dO), into: Matrix(stack: dv))
    product(Matrix(stack: dO), Matrix(stack: v).transposed, into: Matrix(stack: ds))
    inParallel(p.rows, atLeast: 256) { part in
      ck_softmax_backward(
        ds.pointer, p.pointer, scale, part.lowerBound, part.upperBound, sizes.length, causal ? 1 : 0)
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
    return Tensor(shape: shape, storage: all.storage, offset: all.offset + i * shape.reduce(1, *))
  }
}

/// `[batch, length, parts, heads, width]` to `parts` tensors `[batch · heads, length, width]`.
private func splitHeads(_ packed: Tensor, parts: Int, _ sizes: HeadSizes) -> [Tensor] {
  let all = Tensor(shape: [parts, sizes.batch * sizes.heads, sizes.length, sizes.width])
  inParallel(sizes.batch, atLeast: 4) { part in
    ck_split_heads(
      all.pointer, packed.pointer, part.lowerBound, part.upperBound, sizes.batch, sizes.length, parts, sizes.heads,
      sizes.width)
  }
  return (0..<parts).map { sizes.part($0, of: all) }
}

private func mergeHeads(_ split: Tensor, into packed: Tensor, parts: Int, _ sizes: HeadSizes, adds: Bool) {
  inParallel(sizes.batch, atLeast: 4) { part in
    ck_merge_heads(
      packed.pointer, split.pointer, part.lowerBound, part.upperBound, sizes.batch, sizes.length, parts, sizes.heads,
      sizes.width, adds ? 1 : 0)
  }
}

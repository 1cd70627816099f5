import CKernels

/// Multi-head attention among the first rows of each sequence: what pads a sequence is seen by nobody.
///
///     p = softmax(q kᵀ / √d) over the rows seen      y = p v
///     dv = pᵀ dy,  dp = dy vᵀ,  ds = p (dp − Σ p dp) / √d,  dq = ds k,  dk = dsᵀ q
///
/// - Parameters:
///   - q, k, v: `[batch, length, width]`, heads side by side.
///   - seen: for each sequence, how many of its first rows every query sees; padding's own queries too.
/// - Returns: `[batch, length, width]`, stored as q.
public func paddedAttention(_ q: Tensor, _ k: Tensor, _ v: Tensor, seen: [Int], heads: Int) -> Tensor {
  precondition(
    q.shape.count == 3 && q.shape == k.shape && q.shape == v.shape && q.shape[0] == seen.count && q.width % heads == 0,
    "paddedAttention: q \(q.shape), k \(k.shape), v \(v.shape), seen of \(seen.count), \(heads) heads")
  let (length, element) = (q.shape[1], q.element)
  precondition(seen.allSatisfy { 1...length ~= $0 }, "paddedAttention: \(seen) rows seen of \(length)")
  let rows = seen.map(Int32.init)
  let scale = 1 / Float(q.width / heads).squareRoot()
  let apart = [q, k, v].map { headsApart($0, heads) }
  let scores = Tensor(shape: [seen.count * heads, length, length])
  product(Matrix(stack: apart[0]), Matrix(stack: apart[1]).transposed, into: Matrix(stack: scores))
  let p = element == .f32 ? scores : Tensor(shape: scores.shape, element: element)
  let softmax = element.pick(ck.padded_softmax_forward_f32, ck.padded_softmax_forward_bf16)
  inParallel(p.rows, atLeast: 256) { part in
    softmax(p.at(0), scores.pointer, rows, scale, part.lowerBound, part.upperBound, length, heads)
  }
  let mixed = Tensor(shape: apart[0].shape, element: element)
  product(Matrix(stack: p), Matrix(stack: apart[2]), into: Matrix(stack: mixed))

  let places = [q.gradient, k.gradient, v.gradient]
  let shape = q.shape
  return headsTogether(mixed, shape, heads).derived(from: places[0], places[1], places[2]) { [apart, p, places] dy in
    let (q, k, v) = (apart[0], apart[1], apart[2])
    let dO = headsApart(dy, heads)
    let (dq, dk, dv) = (
      Tensor(shape: q.shape, element: element), Tensor(shape: q.shape, element: element),
      Tensor(shape: q.shape, element: element)
    )
    product(Matrix(stack: p).transposed, Matrix(stack: dO), into: Matrix(stack: dv))
    let dp = Tensor(shape: p.shape)
    product(Matrix(stack: dO), Matrix(stack: v).transposed, into: Matrix(stack: dp))
    let ds = element == .f32 ? dp : Tensor(shape: p.shape, element: element)
    let softmax = element.pick(ck.padded_softmax_backward_f32, ck.padded_softmax_backward_bf16)
    inParallel(p.rows, atLeast: 256) { part in
      softmax(ds.at(0), dp.pointer, p.at(0), rows, scale, part.lowerBound, part.upperBound, length, heads)
    }
    product(Matrix(stack: ds), Matrix(stack: k), into: Matrix(stack: dq))
    product(Matrix(stack: ds).transposed, Matrix(stack: q), into: Matrix(stack: dk))
    for (place, part) in zip(places, [dq, dk, dv]) { place?.accept(headsTogether(part, shape, heads)) }
  }
}

/// `[batch, length, heads · d]` to `[batch · heads, length, d]`.
private func headsApart(_ x: Tensor, _ heads: Int) -> Tensor {
  let (batch, length, width) = (x.shape[0], x.shape[1], x.width / heads)
  let y = Tensor(shape: [batch * heads, length, width], element: x.element)
  let apart = x.element.pick(ck.heads_apart_f32, ck.heads_apart_bf16)
  inParallel(batch, atLeast: 4) { part in
    apart(y.at(0), x.at(0), part.lowerBound, part.upperBound, length, heads, width)
  }
  return y
}

/// `[batch · heads, length, d]` to `shape`, which is `[batch, length, heads · d]`.
private func headsTogether(_ x: Tensor, _ shape: [Int], _ heads: Int) -> Tensor {
  let y = Tensor(shape: shape, element: x.element)
  let together = x.element.pick(ck.heads_together_f32, ck.heads_together_bf16)
  inParallel(shape[0], atLeast: 4) { part in
    together(y.at(0), x.at(0), part.lowerBound, part.upperBound, shape[1], heads, shape[2] / heads)
  }
  return y
}

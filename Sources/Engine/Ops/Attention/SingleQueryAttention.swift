import CKernels

/// Multi-head attention of one query a sequence: all that the last block of a tower needs, of which one row is read.
///
///     p = softmax(q kᵀ / √d) over the rows seen      y = p v
///     dv = pᵀ dy,  ds = p (dy vᵀ − Σ p dy vᵀ) / √d,  dq = ds k,  dk = dsᵀ q
///
/// - Parameters:
///   - query: `[batch, width]`, heads side by side.
///   - packed: `[batch, length, 2 · width]`: each row k, then v.
///   - seen: for each sequence, how many of its first rows the query sees.
/// - Returns: `[batch, width]`
public func singleQueryAttention(_ query: Tensor, _ packed: Tensor, seen: [Int], heads: Int) -> Tensor {
  let (batch, length, width) = (packed.shape[0], packed.shape[1], query.width)
  precondition(
    packed.width == 2 * width && query.rows == batch && seen.count == batch && width % heads == 0,
    "singleQueryAttention: query \(query.shape), packed \(packed.shape), \(heads) heads")
  precondition(seen.allSatisfy { 1...length ~= $0 }, "singleQueryAttention: a query sees \(seen) of \(length) rows")
  precondition(
    width / heads <= CK_WIDEST_HEAD, "singleQueryAttention: heads of \(width / heads), at most \(CK_WIDEST_HEAD)")
  let scale = 1 / Float(width / heads).squareRoot()
  let rows = seen.map(Int32.init)
  let element = query.element
  let y = Tensor(shape: [batch, width], element: element)
  let p = Tensor(shape: [batch, heads, length])
  let forward = element.pick(ck.single_query_attention_forward_f32, ck.single_query_attention_forward_bf16)
  inParallel(batch, atLeast: 4) { part in
    forward(
      y.at(0), p.pointer, query.at(0), packed.at(0), rows, scale, part.lowerBound, part.upperBound, length,
      heads, width / heads)
  }

  let into = (query: query.gradient, packed: packed.gradient)
  let kept = (query: query.viewed(as: query.shape), packed: packed.viewed(as: packed.shape))
  return y.derived(from: into.query, into.packed) { [kept, p, rows, into] dy in
    let (query, packed) = kept
    let dquery = Tensor(shape: query.shape, element: element)
    let dpacked = Tensor(shape: packed.shape, element: element)
    let backward = element.pick(ck.single_query_attention_backward_f32, ck.single_query_attention_backward_bf16)
    inParallel(batch, atLeast: 4) { part in
      backward(
        dquery.at(0), dpacked.at(0), dy.at(0), p.pointer, query.at(0), packed.at(0), rows, scale,
        part.lowerBound, part.upperBound, length, heads, width / heads)
    }
    into.query?.accept(dquery)
    into.packed?.accept(dpacked)
  }
}

import CKernels

/// Multi-head attention of one query a sequence to all its rows: all that the last block of a tower needs, of which one
/// row is read.
///
///     p = softmax(q kᵀ / √d)      y = p v
///     dv = pᵀ dy,  ds = p (dy vᵀ − Σ p dy vᵀ) / √d,  dq = ds k,  dk = dsᵀ q
///
/// - Parameters:
///   - query: `[sequences.count, width]`, heads side by side.
///   - packed: `[rows, 2 · width]`: each row k, then v.
///   - sequences: the rows'. Of one that hides its last row, p is 0 there.
/// - Returns: `[sequences.count, width]`
public func singleQueryAttention(_ query: Tensor, _ packed: Tensor, _ sequences: Sequences, heads: Int) -> Tensor {
  let (count, width) = (sequences.count, query.width)
  precondition(
    packed.width == 2 * width && packed.rows == sequences.rows && query.rows == count && width % heads == 0,
    "singleQueryAttention: query \(query.shape), packed \(packed.shape), \(count) sequences, \(heads) heads")
  precondition(
    width / heads <= CK_WIDEST_HEAD, "singleQueryAttention: heads of \(width / heads), at most \(CK_WIDEST_HEAD)")
  let scale = 1 / Float(width / heads).squareRoot()
  let element = query.element
  let y = Tensor(shape: [count, width], element: element)
  let p = Tensor(shape: [heads * sequences.rows])
  let forward = element.pick(ck.single_query_attention_forward_f32, ck.single_query_attention_forward_bf16)
  sequences.shared { part in
    forward(
      y.at(0), p.pointer, query.at(0), packed.at(0), sequences.starts, sequences.hides, scale, part.lowerBound,
      part.upperBound, heads, width / heads)
  }

  let into = (query: query.gradient, packed: packed.gradient)
  let kept = (query: query.viewed(as: query.shape), packed: packed.viewed(as: packed.shape))
  return y.derived(from: into.query, into.packed) { [kept, p, sequences, into] dy in
    let (query, packed) = kept
    let dquery = Tensor(shape: query.shape, element: element)
    let dpacked = Tensor(shape: packed.shape, element: element)
    let backward = element.pick(ck.single_query_attention_backward_f32, ck.single_query_attention_backward_bf16)
    sequences.shared { part in
      backward(
        dquery.at(0), dpacked.at(0), dy.at(0), p.pointer, query.at(0), packed.at(0), sequences.starts, sequences.hides,
        scale, part.lowerBound, part.upperBound, heads, width / heads)
    }
    into.query?.accept(dquery)
    into.packed?.accept(dpacked)
  }
}

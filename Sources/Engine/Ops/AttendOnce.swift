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
public func attendOnce(_ query: Tensor, _ packed: Tensor, seen: [Int], heads: Int) -> Tensor {
  let (batch, length, width) = (packed.shape[0], packed.shape[1], query.width)
  precondition(
    packed.width == 2 * width && query.rows == batch && seen.count == batch && width % heads == 0,
    "attendOnce: query \(query.shape), packed \(packed.shape), \(heads) heads")
  precondition(seen.allSatisfy { 1...length ~= $0 }, "attendOnce: a query sees \(seen) of \(length) rows")
  let scale = 1 / Float(width / heads).squareRoot()
  let rows = seen.map(Int32.init)
  let y = Tensor(shape: [batch, width])
  let p = Tensor(shape: [batch, heads, length])
  inParallel(batch, atLeast: 4) { part in
    ck_attend_once_forward(
      y.pointer, p.pointer, query.pointer, packed.pointer, rows, scale, part.lowerBound, part.upperBound, length,
      heads, width / heads)
  }

  let into = (query: query.gradient, packed: packed.gradient)
  return y.derived(from: into.query, into.packed) { [query, packed, p, rows, into] dy in
    let dquery = Tensor(shape: query.shape)
    let dpacked = Tensor(shape: packed.shape)
    inParallel(batch, atLeast: 4) { part in
      ck_attend_once_backward(
        dquery.pointer, dpacked.pointer, dy.pointer, p.pointer, query.pointer, packed.pointer, rows, scale,
        part.lowerBound, part.upperBound, length, heads, width / heads)
    }
    into.query?.accept(dquery)
    into.packed?.accept(dpacked)
  }
}

import CKernels

/// The mean of some neighbouring rows of each sequence.
///
///     y[b] = Σ x[b, l] / |rows[b]|, l in rows[b]        dx[b, l] = dy[b] / |rows[b]| there, 0 elsewhere
///
/// - Parameters:
///   - x: `[batch, length, width]`
///   - rows: at least one row of each sequence.
/// - Returns: `[batch, width]`, stored as x.
public func meanRows(_ x: Tensor, _ rows: [Range<Int>]) -> Tensor {
  precondition(x.shape.count == 3 && x.shape[0] == rows.count, "meanRows: x \(x.shape), \(rows.count) ranges")
  let (batch, length, width, element) = (x.shape[0], x.shape[1], x.width, x.element)
  precondition(
    rows.allSatisfy { !$0.isEmpty && $0.lowerBound >= 0 && $0.upperBound <= length }, "meanRows: \(rows) of \(length)")
  let (begin, end) = (rows.map { Int32($0.lowerBound) }, rows.map { Int32($0.upperBound) })
  let y = Tensor(shape: [batch, width], element: element)
  let forward = element.pick(ck.mean_rows_forward_f32, ck.mean_rows_forward_bf16)
  inParallel(batch, atLeast: 8) { part in
    forward(y.at(0), x.at(0), begin, end, part.lowerBound, part.upperBound, length, width)
  }

  return y.derived(from: x.gradient) { [place = x.gradient] dy in
    guard let (dx, adds) = place?.claim() else { return }
    let backward = element.pick(ck.mean_rows_backward_f32, ck.mean_rows_backward_bf16)
    inParallel(batch, atLeast: 8) { part in
      backward(dx.at(0), dy.at(0), begin, end, part.lowerBound, part.upperBound, length, width, adds ? 1 : 0)
    }
  }
}

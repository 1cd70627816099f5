import CKernels

/// Means of neighbouring rows.
///
///     y[i] = Σ x[r] / |ranges[i]|, r in ranges[i]        dx[r] = dy[i] / |ranges[i]| there, 0 elsewhere
///
/// - Parameters:
///   - x: `[…, width]`, taken as `[rows, width]`.
///   - ranges: of rows, each behind the one before it and none empty.
/// - Returns: `[ranges.count, width]`, stored as x.
public func meanRows(_ x: Tensor, _ ranges: [Range<Int>]) -> Tensor {
  let (count, width, element) = (ranges.count, x.width, x.element)
  precondition(
    ranges.allSatisfy { !$0.isEmpty && $0.lowerBound >= 0 && $0.upperBound <= x.rows }
      && zip(ranges, ranges.dropFirst()).allSatisfy { $0.upperBound <= $1.lowerBound },
    "meanRows: \(ranges) of \(x.rows)")
  let (begin, end) = (ranges.map { Int32($0.lowerBound) }, ranges.map { Int32($0.upperBound) })
  let y = Tensor(shape: [count, width], element: element)
  let forward = element.pick(ck.mean_rows_forward_f32, ck.mean_rows_forward_bf16)
  inParallel(count, atLeast: 8) { part in
    forward(y.at(0), x.at(0), begin, end, part.lowerBound, part.upperBound, width)
  }

  return y.derived(from: x.gradient) { [place = x.gradient] dy in
    guard let dx = place?.claimToAdd() else { return }
    let backward = element.pick(ck.mean_rows_backward_f32, ck.mean_rows_backward_bf16)
    inParallel(count, atLeast: 8) { part in
      backward(dx.at(0), dy.at(0), begin, end, part.lowerBound, part.upperBound, width)
    }
  }
}

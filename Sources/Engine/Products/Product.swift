/// c = a · b
///
/// A number of c is the same sum in the same order whatever its neighbours and however many threads share the work: first of its
/// products within blocks of inner steps, then of blocks. So a row's bits depend on no other row.
///
/// - Parameters:
///   - a: `[stack, rows, inner]`
///   - b: `[stack, inner, columns]`
///   - c: `[stack, rows, columns]`, neighbours in a row next to each other.
///   - adds: c += a · b instead.
///   - bias: `[columns]`, f32, added to every row.
///   - plus: f32, laid out as c, added too. It may be c's neighbour in a residual sum, never c itself.
///   - inPairs: whether two factors in bf16 are multiplied in pairs.
package func product(
  _ a: Matrix, _ b: Matrix, into c: Matrix, adds: Bool = false, bias: Tensor? = nil, plus: Tensor? = nil,
  inPairs: Bool = Processor.multipliesBF16Faster
) {
  precondition(
    a.shape[0] == b.shape[0] && a.shape[2] == b.shape[1] && c.shape == [a.shape[0], a.shape[1], b.shape[2]]
      && c.strides[2] == 1,
    "product: \(a.shape) · \(b.shape) into \(c.shape), strides \(c.strides)")
  let kernels = PanelKernels(a.tensor.element, b.tensor.element, c.tensor.element, inPairs: inPairs)
  let work = PanelProduct(a: a, b: b, c: c, adds: adds, bias: bias, plus: plus, kernels: kernels)
  let (stack, rows, columns) = (c.shape[0], c.shape[1], c.shape[2])
  // About a tenth of a millisecond's work.
  let worthwhile = max(1, (1 << 22) / max(1, a.shape[2]))
  if stack > 1 {
    inParallel(stack, atLeast: max(1, worthwhile / max(1, rows * columns))) { part in
      for matrix in part { work.compute(matrix, 0..<rows, 0..<columns) }
    }
  } else if rows >= columns {
    let grain = max(PanelSizes.rows, worthwhile / max(1, columns))
    inParallel(rows, atLeast: grain, unit: PanelSizes.rows) { work.compute(0, $0, 0..<columns) }
  } else {
    let grain = max(PanelSizes.columns, worthwhile / max(1, rows))
    inParallel(columns, atLeast: grain, unit: PanelSizes.columns) { work.compute(0, 0..<rows, $0) }
  }
}

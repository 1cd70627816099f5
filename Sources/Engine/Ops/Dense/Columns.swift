import CKernels

/// Rows side by side: y = [a | b].
///
/// - Parameters:
///   - a, b: of one shape, `[…, width]`, and one element.
/// - Returns: `[…, 2 · width]`
public func joinedColumns(_ a: Tensor, _ b: Tensor) -> Tensor {
  precondition(
    a.shape == b.shape && a.element == b.element, "joinedColumns: \(a.element) \(a.shape), \(b.element) \(b.shape)")
  let (rows, width, shape, element) = (a.rows, a.width, a.shape, a.element)
  let y = Tensor(shape: shape.dropLast() + [2 * width], element: element)
  element.pick(ck.join_columns_f32, ck.join_columns_bf16)(y.at(0), a.at(0), b.at(0), rows, width)

  let into = (a: a.gradient, b: b.gradient)
  return y.derived(from: into.a, into.b) { [into] dy in
    let (da, db) = (Tensor(shape: shape, element: element), Tensor(shape: shape, element: element))
    element.pick(ck.part_columns_f32, ck.part_columns_bf16)(da.at(0), db.at(0), dy.at(0), rows, width)
    into.a?.accept(da)
    into.b?.accept(db)
  }
}

/// sums = Σ rows of x, or += with `adds`; sums is `[width]`, f32. Threads share the columns, so the order of the sum is
/// the same for any number of them.
func sumColumns(_ x: Tensor, into sums: Tensor, adds: Bool) {
  let kernel = x.element.pick(ck.column_sums_f32, ck.column_sums_bf16)
  inParallel(x.width, atLeast: 64, unit: 16) { part in
    kernel(sums.pointer, x.at(0), x.rows, x.width, part.lowerBound, part.upperBound, adds ? 1 : 0)
  }
}

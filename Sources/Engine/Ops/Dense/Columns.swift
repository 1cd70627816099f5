import CKernels

/// Rows side by side: y = [x₀ | x₁ | …].
///
/// - Parameter parts: of one shape, `[…, width]`, and one element.
/// - Returns: `[…, parts.count · width]`
public func joinedColumns(_ parts: Tensor...) -> Tensor {
  let (shape, element) = (parts[0].shape, parts[0].element)
  precondition(
    parts.allSatisfy { $0.shape == shape && $0.element == element },
    "joinedColumns: \(parts.map { "\($0.element) \($0.shape)" })")
  let (rows, width, whole) = (parts[0].rows, parts[0].width, parts.count * parts[0].width)
  let y = Tensor(shape: shape.dropLast() + [whole], element: element)
  let copy = element.pick(ck.copy_columns_f32, ck.copy_columns_bf16)
  for (i, part) in parts.enumerated() { copy(y.at(i * width), part.at(0), rows, width, whole, width) }

  let places = parts.map(\.gradient)
  return y.derived(fromAll: places) { [places] dy in
    for (i, place) in places.enumerated() {
      guard let place else { continue }
      let dx = Tensor(shape: shape, element: element)
      copy(dx.at(0), dy.at(i * width), rows, width, width, whole)
      place.accept(dx)
    }
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

/// Puts the rows of two tensors side by side.
///
///     y[r] = [a[r], b[r]]        da[r] = dy[r, first half],  db[r] = dy[r, second half]
///
/// - Parameters: a, b: `[rows, width]`, f32.
/// - Returns: `[rows, 2 · width]`
public func stackedColumns(_ a: Tensor, _ b: Tensor) -> Tensor {
  precondition(a.shape == b.shape && a.shape.count == 2, "stackedColumns: \(a.shape) and \(b.shape)")
  let (rows, width) = (a.rows, a.width)
  let y = Tensor(shape: [rows, 2 * width])
  for r in 0..<rows {
    y.elements(2 * r * width..<(2 * r + 1) * width).set(a.rows(r..<r + 1))
    y.elements((2 * r + 1) * width..<(2 * r + 2) * width).set(b.rows(r..<r + 1))
  }

  let places = [a.gradient, b.gradient]
  return y.derived(fromAll: places) { [places] dy in
    for (half, place) in places.enumerated() {
      guard let dx = place?.claimToAdd() else { continue }
      for r in 0..<rows {
        let at = (2 * r + half) * width
        dx.elements(r * width..<(r + 1) * width).add(dy.elements(at..<at + width))
      }
    }
  }
}

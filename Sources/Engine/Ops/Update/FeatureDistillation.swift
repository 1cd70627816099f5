import CKernels

/// Draws unit rows towards a teacher's.
///
///     L = f Σ_i (1 − x_i · t_i)        dx = −f t
///
/// - Parameters:
///   - x, teacher: unit rows of one shape.
///   - factor: f
///   - dx: what the gradient is added to.
/// - Returns: each row's x_i · t_i.
public func distill(_ x: Tensor, teacher: Tensor, factor: Float, addingTo dx: Tensor) -> [Float] {
  precondition(
    x.count == teacher.count && x.width == teacher.width && dx.count == x.count,
    "distill: x \(x.shape), teacher \(teacher.shape), dx \(dx.shape)")
  let cosines = Tensor(shape: [x.rows])
  inParallel(x.rows, atLeast: 64) { part in
    let at = part.lowerBound * x.width
    ck.distill(
      dx.pointer + at, cosines.pointer + part.lowerBound, x.pointer + at, teacher.pointer + at, factor, part.count,
      x.width)
  }
  return cosines.array
}

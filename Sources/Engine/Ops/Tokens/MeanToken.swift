import CKernels

/// Puts the mean of each sequence before it and adds positions to all.
///
///     y[b] = [Σ x[b] / length; x[b]] + positions
///
/// - Parameters:
///   - x: `[batch, length, width]`
///   - positions: `[1 + length, width]`, f32.
/// - Returns: `[batch, 1 + length, width]`, stored as x.
public func withMeanToken(_ x: Tensor, positions: Tensor) -> Tensor {
  let (batch, length, width) = (x.shape[0], x.shape[1], x.width)
  precondition(
    x.shape.count == 3 && positions.shape == [length + 1, width],
    "withMeanToken: x \(x.shape), positions \(positions.shape)")
  let y = Tensor(shape: [batch, length + 1, width], element: x.element)
  let forward = x.element.pick(ck.mean_token_forward_f32, ck.mean_token_forward_bf16)
  inParallel(batch, atLeast: 1) { part in
    forward(y.at(0), x.at(0), positions.pointer, part.lowerBound, part.upperBound, length, width)
  }

  let into = (x: x.gradient, positions: positions.gradient)
  return y.derived(from: into.x, into.positions) { [into] dy in
    if let (dx, adds) = into.x?.claim() {
      let backward = dx.element.pick(ck.mean_token_backward_f32, ck.mean_token_backward_bf16)
      inParallel(batch, atLeast: 1) { part in
        backward(dx.at(0), dy.at(0), part.lowerBound, part.upperBound, length, width, adds ? 1 : 0)
      }
    }
    if let (dpositions, adds) = into.positions?.claim() {
      sumColumns(dy.viewed(as: [batch, dpositions.count]), into: dpositions, adds: adds)
    }
  }
}

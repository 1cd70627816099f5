import CKernels

/// Scales every column and adds the result to a residual stream.
///
///     y = r + x γ        dx = dy γ,  dγ = Σ rows of dy x,  dr = dy
///
/// - Parameters:
///   - x: `[…, width]`
///   - gamma: γ, `[width]`
///   - residual: r, `[…, width]`, f32.
/// - Returns: `[…, width]`, f32.
/// - Source: Touvron et al., “Going deeper with image transformers”, 2021.
public func layerScale(_ x: Tensor, _ gamma: Tensor, plus residual: Tensor) -> Tensor {
  precondition(
    gamma.count == x.width && residual.count == x.count,
    "layerScale: x \(x.shape), γ \(gamma.shape), residual \(residual.shape)")
  let (element, width) = (x.element, x.width)
  let y = Tensor(shape: x.shape)
  let forward = element.pick(ck.layer_scale_forward_f32, ck.layer_scale_forward_bf16)
  inParallel(x.rows, atLeast: 64) { part in
    let at = part.lowerBound * width
    forward(y.pointer + at, x.at(at), gamma.pointer, residual.pointer + at, part.count, width)
  }

  let into = (x: x.gradient, gamma: gamma.collector, residual: residual.gradient)
  return y.derived(from: into.x, gamma.gradient, into.residual) { [x = x.viewed(as: x.shape), gamma, into] dy in
    if let place = into.gamma {
      let kernel = element.pick(ck.layer_scale_backward_gamma_f32, ck.layer_scale_backward_gamma_bf16)
      collect([place], rows: x.rows) { rows, sums, adds in
        let at = rows.lowerBound * width
        inParallel(width, atLeast: 64, unit: 16) { part in
          kernel(
            sums[0].pointer, dy.pointer + at, x.at(at), rows.count, width, part.lowerBound, part.upperBound,
            adds ? 1 : 0)
        }
      }
    }
    if let place = into.x {
      let dx = Tensor(shape: x.shape, element: element)
      let kernel = element.pick(ck.layer_scale_backward_f32, ck.layer_scale_backward_bf16)
      inParallel(x.rows, atLeast: 64) { part in
        let at = part.lowerBound * width
        kernel(dx.at(at), dy.pointer + at, gamma.pointer, part.count, width)
      }
      place.accept(dx)
    }
    into.residual?.accept(dy)
  }
}

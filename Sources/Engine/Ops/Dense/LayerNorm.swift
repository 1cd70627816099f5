import CKernels

/// Normalizes every row to mean 0 and variance 1, then scales and shifts its columns.
///
///     n = (x − mean) / √(variance + ε)      y = n w + b
///     g = dy w      dx = (g − mean(g) − n mean(g n)) / √(variance + ε)      dw = Σ dy n,  db = Σ dy
///
/// - Parameters:
///   - x: `[…, width]`
///   - weight: `[width]`
///   - bias: `[width]`
///   - epsilon: ε
///   - result: how the result is stored.
/// - Returns: `[…, width]`. It is made again for backward rather than kept.
/// - Source: Ba, Kiros, Hinton, “Layer normalization”, 2016.
public func layerNorm(
  _ x: Tensor, _ weight: Tensor, _ bias: Tensor, epsilon: Float = 1e-5, result: Element = .f32
) -> Tensor {
  precondition(weight.count == x.width && bias.count == x.width, "layerNorm: x \(x.shape), weight \(weight.shape)")
  let mean = Tensor(shape: [x.rows])
  let rstd = Tensor(shape: [x.rows])
  let normalized = { [x = x.viewed(as: x.shape), weight, bias, mean, rstd] in
    let y = Tensor(shape: x.shape, element: result)
    let kernel = result.pick(ck.layer_norm_forward_f32, ck.layer_norm_forward_bf16)
    inParallel(x.rows, atLeast: 64) { part in
      let (at, row) = (part.lowerBound * x.width, part.lowerBound)
      kernel(
        y.at(at), mean.pointer + row, rstd.pointer + row, x.pointer + at, weight.pointer, bias.pointer, epsilon,
        part.count, x.width)
    }
    return y
  }

  let into = (x: x.gradient, weight: weight.collector, bias: bias.collector)
  let backward = result.pick(ck.layer_norm_backward_f32, ck.layer_norm_backward_bf16)
  let backwardParameters = result.pick(
    ck.layer_norm_backward_parameters_f32, ck.layer_norm_backward_parameters_bf16)
  return normalized().derived(from: into.x, weight.gradient, bias.gradient) { [x, weight, mean, rstd, into] dy in
    if let weight = into.weight, let bias = into.bias {
      collect([weight, bias], rows: x.rows) { rows, sums, adds in
        let (row, at) = (rows.lowerBound, rows.lowerBound * x.width)
        inParallel(x.width, atLeast: 64, unit: 16) { part in
          backwardParameters(
            sums[0].pointer, sums[1].pointer, dy.at(at), x.pointer + at, mean.pointer + row, rstd.pointer + row,
            rows.count, x.width, part.lowerBound, part.upperBound, adds ? 1 : 0)
        }
      }
    }
    guard let (dx, adds) = into.x?.claim() else { return }
    inParallel(x.rows, atLeast: 64) { part in
      let (at, row) = (part.lowerBound * x.width, part.lowerBound)
      backward(
        dx.pointer + at, dy.at(at), x.pointer + at, weight.pointer, mean.pointer + row, rstd.pointer + row,
        part.count, x.width, adds ? 1 : 0)
    }
  }.remade(by: normalized)
}

import CKernels

/// Normalizes every row to mean 0 and variance 1, then scales and shifts its columns. ε = 1e-5.
///
///     n = (x − mean) / √(variance + ε)      y = n w + b
///     g = dy w      dx = (g − mean(g) − n mean(g n)) / √(variance + ε)      dw = Σ dy n,  db = Σ dy
///
/// - Parameters:
///   - x: `[…, width]`
///   - weight: `[width]`
///   - bias: `[width]`
/// - Source: Ba, Kiros, Hinton, “Layer normalization”, 2016.
public func layerNorm(_ x: Tensor, _ weight: Tensor, _ bias: Tensor) -> Tensor {
  precondition(weight.count == x.width && bias.count == x.width, "layerNorm: x \(x.shape), weight \(weight.shape)")
  let y = Tensor(shape: x.shape)
  let mean = Tensor(shape: [x.rows])
  let rstd = Tensor(shape: [x.rows])
  inParallel(x.rows, atLeast: 64) { part in
    let (at, row) = (part.lowerBound * x.width, part.lowerBound)
    ck_layer_norm_forward(
      y.pointer + at, mean.pointer + row, rstd.pointer + row, x.pointer + at, weight.pointer, bias.pointer, part.count,
      x.width)
  }

  let into = (x: x.gradient, weight: weight.gradient, bias: bias.gradient)
  return y.derived(from: into.x, into.weight, into.bias) { [x, weight, mean, rstd, into] dy in
    if let (dw, adds) = into.weight?.claim(), let (db, _) = into.bias?.claim() {
      inParallel(x.width, atLeast: 128, unit: 16) { part in
        ck_layer_norm_backward_parameters(
          dw.pointer, db.pointer, dy.pointer, x.pointer, mean.pointer, rstd.pointer, x.rows, x.width,
          part.lowerBound, part.upperBound, adds ? 1 : 0)
      }
    }
    guard let (dx, adds) = into.x?.claim() else { return }
    inParallel(x.rows, atLeast: 64) { part in
      let (at, row) = (part.lowerBound * x.width, part.lowerBound)
      ck_layer_norm_backward(
        dx.pointer + at, dy.pointer + at, x.pointer + at, weight.pointer, mean.pointer + row, rstd.pointer + row,
        part.count, x.width, adds ? 1 : 0)
    }
  }
}

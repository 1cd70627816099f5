import CKernels

/// What a batch normalization takes its mean and variance from.
public enum NormStatistics: Sendable {
  /// The numbers at hand; the running statistics' gradients take up what is found, once for each backward pass.
  case batch
  /// The running statistics.
  case running
}

/// What becomes of a batch normalization's statistics over the steps, for evaluation: see `Parameters.Role`.
public struct RunningStatistics {
  /// The running mean of each channel, `[width]`.
  public let mean: Tensor
  /// The running variance of each channel, `[width]`, unbiased.
  public let variance: Tensor
  /// One number: its gradient counts the chunks that the others' gradients are sums over.
  public let chunks: Tensor

  public init(mean: Tensor, variance: Tensor, chunks: Tensor) {
    (self.mean, self.variance, self.chunks) = (mean, variance, chunks)
  }

  fileprivate var gradients: [Gradient] { [mean, variance, chunks].compactMap(\.gradient) }
}

/// Normalizes every channel to mean 0 and variance 1 over all points of all pictures, then scales and shifts it.
///
///     n = (x − mean) / √(variance + ε)      z = n w + b + residual      y = z, or max(z, 0) if rectified
///     g = dy where z > 0      db = Σ g,  dw = Σ g n,  dresidual = g
///     dx = w / √(variance + ε) · (g − db / rows − n dw / rows)
///
/// ε is 1e-5. Where the statistics are running, dx lacks its last two terms.
///
/// - Parameters:
///   - x: `[…, width]`
///   - weight, bias: `[width]`
///   - residual: of x's shape and element.
/// - Source: Ioffe, Szegedy, “Batch normalization”, 2015; PyTorch's `BatchNorm2d`.
///
/// Kernels of our own: oneDNN's neither add a residual nor keep the order of their sums for another number of threads.
public func batchNorm(
  _ x: Tensor, _ weight: Tensor, _ bias: Tensor, running: RunningStatistics, _ statistics: NormStatistics,
  plus residual: Tensor? = nil, rectified: Bool = false
) -> Tensor {
  precondition(
    weight.count == x.width && bias.count == x.width && running.mean.count == x.width
      && running.variance.count == x.width && (residual.map { $0.shape == x.shape && $0.element == x.element } ?? true),
    "batchNorm: x \(x.shape), weight \(weight.shape), residual \(residual?.shape ?? [])")
  precondition(
    statistics == .running || x.rows > 1, "batchNorm: \(x.shape) has one number a channel; statistics need two or more")
  let norm = ChannelNorm(x, weight, bias, running, statistics)
  let y = Tensor(shape: x.shape, element: x.element)
  norm.forward(y, x, residual, rectified: rectified)

  let into = (x: x.gradient, weight: weight.gradient, bias: bias.gradient, residual: residual?.gradient)
  let collected = statistics == .batch ? running.gradients : []
  let kept = (x: x.viewed(as: x.shape), y: residual != nil && rectified ? y : nil)
  return y.derived(from: into.x, into.weight, into.bias, into.residual) { [norm, kept, into, collected] dy in
    for (place, found) in zip(collected, norm.found) { place.claimToAdd().add(found) }
    if let y = kept.y { rectify(dy, y) }
    let masked = rectified && kept.y == nil
    let sums = norm.backwardSums(dy, kept.x, rectified: masked)
    into.weight?.claimToAdd().add(sums.weight)
    into.bias?.claimToAdd().add(sums.bias)
    if let place = into.x {
      // In place, unless the residual is given dy.
      let dx = into.residual == nil ? dy : Tensor(shape: dy.shape, element: dy.element)
      norm.backward(dx, dy, kept.x, sums, rectified: masked)
      place.accept(dx)
    }
    into.residual?.accept(dy)
  }
}

private func rectify(_ dy: Tensor, _ y: Tensor) {
  let kernel = y.element.pick(ck.rectify_gradient_f32, ck.rectify_gradient_bf16)
  inParallel(y.count, atLeast: 1 << 15, unit: 32) { part in
    kernel(dy.at(part.lowerBound), y.at(part.lowerBound), part.count)
  }
}

/// The numbers of each channel that forward and backward share.
private struct ChannelNorm {
  let rows: Int
  let mean: Tensor
  let variance: Tensor
  /// 1 / √(variance + ε)
  let rstd: Tensor
  /// y = x · scale + shift
  let scale: Tensor
  let shift: Tensor
  let statistics: NormStatistics

  init(
    _ x: Tensor, _ weight: Tensor, _ bias: Tensor, _ running: RunningStatistics, _ statistics: NormStatistics
  ) {
    rows = x.rows
    self.statistics = statistics
    let channels = [x.width]
    if statistics == .batch {
      (mean, variance) = (Tensor(shape: channels), Tensor(shape: channels))
      let (mean, variance) = (mean, variance)
      let kernel = x.element.pick(ck.channel_moments_f32, ck.channel_moments_bf16)
      inParallel(x.width, atLeast: 32, unit: 32) { part in
        kernel(mean.pointer, variance.pointer, x.at(0), x.rows, x.width, part.lowerBound, part.upperBound)
      }
    } else {
      (mean, variance) = (running.mean.viewed(as: channels), running.variance.viewed(as: channels))
    }
    let rstds = variance.buffer.map { 1 / ($0 + 1e-5).squareRoot() }
    let scales = zip(rstds, weight.buffer).map { $0 * $1 }
    rstd = Tensor(shape: channels, rstds)
    scale = Tensor(shape: channels, scales)
    let shifts = zip(bias.buffer, zip(mean.buffer, scales)).map { $0 - $1.0 * $1.1 }
    shift = Tensor(shape: channels, shifts)
  }

  /// What the running mean, variance and number of chunks take up.
  var found: [Tensor] {
    let unbiased = Float(rows) / Float(rows - 1)
    return [mean, Tensor(shape: variance.shape, variance.buffer.map { $0 * unbiased }), Tensor(shape: [], [1])]
  }

  func forward(_ y: Tensor, _ x: Tensor, _ residual: Tensor?, rectified: Bool) {
    let kernel = x.element.pick(ck.batch_norm_forward_f32, ck.batch_norm_forward_bf16)
    inParallel(x.rows, atLeast: 64) { part in
      let at = part.lowerBound * x.width
      kernel(
        y.at(at), x.at(at), residual?.at(at), scale.pointer, shift.pointer, rectified ? 1 : 0, part.count, x.width)
    }
  }

  func backwardSums(_ dy: Tensor, _ x: Tensor, rectified: Bool) -> (weight: Tensor, bias: Tensor) {
    let (dw, db) = (Tensor(shape: mean.shape), Tensor(shape: mean.shape))
    let kernel = x.element.pick(ck.batch_norm_backward_sums_f32, ck.batch_norm_backward_sums_bf16)
    inParallel(x.width, atLeast: 32, unit: 32) { part in
      kernel(
        dw.pointer, db.pointer, dy.at(0), x.at(0), mean.pointer, rstd.pointer, scale.pointer, shift.pointer,
        rectified ? 1 : 0, x.rows, x.width, part.lowerBound, part.upperBound)
    }
    return (dw, db)
  }

  func backward(_ dx: Tensor, _ dy: Tensor, _ x: Tensor, _ sums: (weight: Tensor, bias: Tensor), rectified: Bool) {
    // Running statistics don't depend on x.
    let share = statistics == .batch ? 1 / Float(rows) : 0
    let along = Tensor(shape: mean.shape, zip(sums.weight.buffer, rstd.buffer).map { $0 * $1 * share })
    let level = Tensor(shape: mean.shape, sums.bias.buffer.map { $0 * share })
    let kernel = x.element.pick(ck.batch_norm_backward_f32, ck.batch_norm_backward_bf16)
    inParallel(x.rows, atLeast: 64) { part in
      let at = part.lowerBound * x.width
      kernel(
        dx.at(at), dy.at(at), x.at(at), mean.pointer, scale.pointer, shift.pointer, along.pointer, level.pointer,
        rectified ? 1 : 0, part.count, x.width)
    }
  }
}

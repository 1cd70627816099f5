import CKernels

/// The activation of a transformer's MLP.
public enum Activation: Sendable {
  /// x Φ(x), with Φ the normal distribution's cumulative function (by erf).
  case gelu
  /// x σ(1.702 x), what OpenAI trained with.
  case quickGELU
}

/// Applies an activation to every number.
///
///     y = f(x)        dx = dy f′(x)
///
/// - Returns: of x's shape.
/// - Source: Hendrycks, Gimpel, “Gaussian error linear units”, 2016.
public func activate(_ x: Tensor, _ activation: Activation) -> Tensor {
  let y = Tensor(shape: x.shape)
  let (forward, slope) = activation.kernels
  inParallel(x.count, atLeast: 1 << 14, unit: 16) { part in
    forward(y.pointer + part.lowerBound, x.pointer + part.lowerBound, part.count)
  }

  return y.derived(from: x.gradient) { [x, place = x.gradient] dy in
    guard let (dx, adds) = place?.claim() else { return }
    inParallel(x.count, atLeast: 1 << 14, unit: 16) { part in
      let at = part.lowerBound
      slope(dx.pointer + at, dy.pointer + at, x.pointer + at, part.count, adds ? 1 : 0)
    }
  }
}

extension Activation {
  fileprivate typealias Forward = (UnsafeMutablePointer<Float>?, UnsafePointer<Float>?, Int) -> Void
  fileprivate typealias Backward = (
    UnsafeMutablePointer<Float>?, UnsafePointer<Float>?, UnsafePointer<Float>?, Int, CInt
  ) -> Void

  fileprivate var kernels: (Forward, Backward) {
    switch self {
    case .gelu: (ck_gelu_forward, ck_gelu_backward)
    case .quickGELU: (ck_quick_gelu_forward, ck_quick_gelu_backward)
    }
  }
}

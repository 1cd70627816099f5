import CKernels

/// The activation between two products.
public enum Activation: Sendable {
  /// x Φ(x), with Φ the normal distribution's cumulative function (by erf).
  case gelu
  /// x σ(1.702 x), what OpenAI trained with.
  case quickGELU
  /// GELU with tanh in erf's place, as JAX has it and SigLIP's texts: x σ(2u), u = √(2/π) (x + 0.044715 x³).
  case tanhGELU
  /// tanh x, BERT's pooler.
  case tanh
}

/// Applies an activation to every number.
///
///     y = f(x)        dx = dy f′(x)
///
/// - Returns: a tensor of x's shape, stored as x. It is made again for backward rather than kept.
/// - Source: Hendrycks, Gimpel, “Gaussian error linear units”, 2016.
public func activate(_ x: Tensor, _ activation: Activation) -> Tensor {
  let (forward, slope) = activation.kernels(x.element)
  let activated = { [x = x.viewed(as: x.shape)] in
    let y = Tensor(shape: x.shape, element: x.element)
    inParallel(x.count, atLeast: 1 << 14, unit: 32) { part in
      forward(y.at(part.lowerBound), x.at(part.lowerBound), part.count)
    }
    return y
  }

  return activated().derived(from: x.gradient) { [x = x.viewed(as: x.shape), place = x.gradient] dy in
    guard let (dx, adds) = place?.claim() else { return }
    inParallel(x.count, atLeast: 1 << 14, unit: 32) { part in
      let at = part.lowerBound
      slope(dx.at(at), dy.at(at), x.at(at), part.count, adds ? 1 : 0)
    }
  }.remade(by: activated)
}

extension Activation {
  fileprivate typealias Forward = (UnsafeMutableRawPointer?, UnsafeRawPointer?, Int) -> Void
  fileprivate typealias Backward = (
    UnsafeMutableRawPointer?, UnsafeRawPointer?, UnsafeRawPointer?, Int, CInt
  ) -> Void

  fileprivate func kernels(_ element: Element) -> (Forward, Backward) {
    switch self {
    case .gelu:
      (
        element.pick(ck.gelu_forward_f32, ck.gelu_forward_bf16),
        element.pick(ck.gelu_backward_f32, ck.gelu_backward_bf16)
      )
    case .quickGELU:
      (
        element.pick(ck.quick_gelu_forward_f32, ck.quick_gelu_forward_bf16),
        element.pick(ck.quick_gelu_backward_f32, ck.quick_gelu_backward_bf16)
      )
    case .tanhGELU:
      (
        element.pick(ck.tanh_gelu_forward_f32, ck.tanh_gelu_forward_bf16),
        element.pick(ck.tanh_gelu_backward_f32, ck.tanh_gelu_backward_bf16)
      )
    case .tanh:
      (
        element.pick(ck.tanh_forward_f32, ck.tanh_forward_bf16),
        element.pick(ck.tanh_backward_f32, ck.tanh_backward_bf16)
      )
    }
  }
}

import CKernels
import Glibc

/// One step of AdamW over a stretch of parameters, with the gradient clipped in the same pass.
///
///     g ← clip · g      m ← β₁ m + (1 − β₁) g      n ← β₂ n + (1 − β₂) g²
///     x ← x − lr λ x − lr (m / (1 − β₁ᵗ)) / (√(n / (1 − β₂ᵗ)) + ε)
///
/// - Source: Loshchilov, Hutter, “Decoupled weight decay regularization”, 2019; PyTorch's `AdamW`.
public struct AdamW: Sendable {
  /// β₁, the decay of the first moment.
  public var beta1: Float
  /// β₂, the decay of the second moment.
  public var beta2: Float
  /// ε
  public var epsilon: Float

  public init(beta1: Float, beta2: Float, epsilon: Float) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }

  /// Updates parameters and their moments.
  ///
  /// - Parameters:
  ///   - x, m, n, gradient: of one shape, f32.
  ///   - step: t, from 1.
  ///   - weightDecay: λ
  ///   - gradientScale: what the gradient is multiplied by, 1 unless clipped.
  public func update(
    _ x: Tensor, firstMoment m: Tensor, secondMoment n: Tensor, gradient: Tensor, step: Int, learningRate: Float,
    weightDecay: Float, gradientScale: Float
  ) {
    precondition(
      m.count == x.count && n.count == x.count && gradient.count == x.count,
      "adamW: x \(x.shape), moments \(m.shape) \(n.shape), gradient \(gradient.shape)")
    let correction1 = Float(1 - pow(Double(beta1), Double(step)))
    let correction2 = Float(1 - pow(Double(beta2), Double(step)))
    inParallel(x.count, atLeast: 1 << 15, unit: 16) { part in
      let at = part.lowerBound
      ck.adamw(
        x.pointer + at, m.pointer + at, n.pointer + at, gradient.pointer + at, gradientScale, learningRate, beta1,
        beta2, epsilon, weightDecay, correction1, correction2, part.count)
    }
  }
}

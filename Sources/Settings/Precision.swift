import Engine

/// What activations and the weights' copy for products are stored in.
public enum Precision: String, Sendable, CaseIterable {
  case f32, bf16
  /// bf16 where the processor has instructions for it, else f32; settled when a run begins.
  case auto

  /// - Parameter multipliesBF16: whether every worker's processor has instructions for bf16.
  public func resolved(multipliesBF16: Bool) -> Precision {
    self == .auto ? (multipliesBF16 ? .bf16 : .f32) : self
  }

  /// What products take.
  public var element: Element {
    switch self {
    case .f32: .f32
    case .bf16: .bf16
    case .auto: preconditionFailure("precision: auto isn't resolved")
    }
  }

  /// What to tell a user whose processor computes this precision by a detour; nil where it doesn't.
  public var detour: String? {
    guard self == .bf16 && !Processor.multipliesBF16 else { return nil }
    return "this processor (\(Processor.oneDNN)) has no instructions for bf16: operands are widened for products, "
      + "which is slower than f32"
  }
}

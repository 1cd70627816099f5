import Engine
import Settings

extension Precision {
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
      + "which is no faster than f32"
  }
}

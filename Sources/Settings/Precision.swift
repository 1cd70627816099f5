/// What activations and the weights' copy for products are stored in.
public enum Precision: String, Sendable, CaseIterable, SettingValue {
  case f32, bf16
  /// bf16 where the processor multiplies it faster than f32; settled when a run begins.
  case auto

  /// - Parameter prefersBF16: whether every worker's processor multiplies bf16 faster than f32.
  public func resolved(prefersBF16: Bool) -> Precision {
    self == .auto ? (prefersBF16 ? .bf16 : .f32) : self
  }
}

extension Precision {
  static let key = RunFileKey(
    "precision", \.precision, .fixed,
    "of activations and products; master weights and sums are always f32; auto: bf16 where the processor multiplies it faster"
  )
}

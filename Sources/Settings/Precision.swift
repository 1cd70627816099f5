/// What activations and the weights' copy for products are stored in.
public enum Precision: String, Sendable, CaseIterable, SettingValue {
  case f32, bf16
  /// bf16 where the processor has instructions for it, else f32; settled when a run begins.
  case auto

  /// - Parameter multipliesBF16: whether every worker's processor has instructions for bf16.
  public func resolved(multipliesBF16: Bool) -> Precision {
    self == .auto ? (multipliesBF16 ? .bf16 : .f32) : self
  }
}

extension Precision {
  static let key = RunFileKey(
    "precision", \.precision, .fixed,
    "of activations and products; master weights and sums are always f32; auto: bf16 where the processor multiplies it")
}

/// How a tensor's numbers are stored. Arithmetic is f32 in either case, products accumulate in f32.
public enum Element: Sendable {
  case f32
  /// The upper half of an f32: its range, with 8 bits of precision.
  case bf16

  /// Bytes of one number.
  var size: Int { self == .f32 ? 4 : 2 }

  /// The kernel for this element, of the two that a typed kernel comes in.
  func pick<Kernel>(_ f32: Kernel, _ bf16: Kernel) -> Kernel { self == .f32 ? f32 : bf16 }
}

/// How floats are stored in a file.
public enum FloatStorage: String, Sendable, CaseIterable, Codable {
  case f32, f16, bf16

  /// The type as a file names it.
  public var type: ElementType {
    switch self {
    case .f32: .f32
    case .f16: .f16
    case .bf16: .bf16
    }
  }

  /// The largest finite number that it holds.
  public var largest: Float {
    switch self {
    case .f32: .greatestFiniteMagnitude
    case .f16: Float(Float16.greatestFiniteMagnitude)
    case .bf16: Float(bitPattern: 0x7F7F_0000)
    }
  }

  /// Whether a number becomes infinite that isn't.
  public func overflows(_ value: Float) -> Bool {
    self != .f32 && value.isFinite && rounded(value) & infinity == infinity
  }

  private var infinity: UInt16 {
    switch self {
    case .f32: preconditionFailure("infinity: f32 isn't rounded")
    case .f16: 0x7C00
    case .bf16: 0x7F80
    }
  }

  /// The bits of the nearest number, of two equally near the even one; beyond the largest, infinity; NaN stays NaN.
  func rounded(_ value: Float) -> UInt16 {
    switch self {
    case .f32: preconditionFailure("rounded: f32 isn't rounded")
    case .f16: Float16(value).bitPattern
    case .bf16: bfloat16(value)
    }
  }
}

/// A carry out of the mantissa moves the exponent on, up to infinity, as it should; a NaN whose low half holds all of
/// it would lose it, so its quiet bit is set.
private func bfloat16(_ value: Float) -> UInt16 {
  let bits = value.bitPattern
  if value.isNaN { return UInt16(bits >> 16) | 0x0040 }
  return UInt16((bits + 0x7FFF + (bits >> 16 & 1)) >> 16)
}

/// The values of a tensor, row-major, converted to what is asked for.
extension SafetensorsFile {
  /// The values of an F32, F16, BF16, F64 or I64 tensor, row-major, as f32.
  ///
  /// - Throws: where there is no such tensor, or it is of another type.
  public func floats(_ name: String) throws(SafetensorsError) -> [Float] {
    let entry = try entry(name)
    let convert = try conversion(of: entry)
    return [Float](unsafeUninitializedCapacity: entry.count) { values, count in
      withBytes(of: entry) { convert($0, UnsafeMutableBufferPointer(rebasing: values[..<entry.count])) }
      count = entry.count
    }
  }

  /// Overwrites `values` with those of an F32, F16, BF16, F64 or I64 tensor.
  ///
  /// - Throws: where there is no such tensor, it is of another type, or it has more or fewer values.
  public func copy(_ name: String, into values: UnsafeMutableBufferPointer<Float>) throws(SafetensorsError) {
    let entry = try entry(name)
    guard entry.count == values.count else {
      throw problem(.count(name: name, found: entry.count, expected: values.count))
    }
    let convert = try conversion(of: entry)
    withBytes(of: entry) { convert($0, values) }
  }

  /// The values of an I64 tensor.
  public func integers(_ name: String) throws(SafetensorsError) -> [Int64] {
    let entry = try entry(name)
    guard entry.type == .i64 else { throw problem(.type(name: name, found: entry.type, expected: "I64")) }
    return withBytes(of: entry) { bytes in
      (0..<entry.count).map { Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * $0, as: Int64.self)) }
    }
  }

  /// The values of a U8 tensor, a picture's for example.
  public func bytes(_ name: String) throws(SafetensorsError) -> [UInt8] {
    let entry = try entry(name)
    guard entry.type == .u8 else { throw problem(.type(name: name, found: entry.type, expected: "U8")) }
    return withBytes(of: entry) { [UInt8]($0) }
  }
}

extension SafetensorsFile {
  private func conversion(of entry: Entry) throws(SafetensorsError) -> ElementType.Conversion {
    guard let conversion = entry.type.conversionToFloats else {
      throw problem(.type(name: entry.name, found: entry.type, expected: "F32, F16, BF16, F64 or I64"))
    }
    return conversion
  }
}

extension ElementType {
  package typealias Conversion = (UnsafeRawBufferPointer, UnsafeMutableBufferPointer<Float>) -> Void

  /// From stored numbers, little-endian, to as many floats; nil for a type that no weights have.
  package var conversionToFloats: Conversion? {
    switch self {
    case .f32: copied
    case .f16: converted { (bits: UInt16) in Float(Float16(bitPattern: bits)) }
    case .bf16: converted { (bits: UInt16) in Float(bitPattern: UInt32(bits) << 16) }
    case .f64: converted { (bits: UInt64) in Float(Double(bitPattern: bits)) }
    case .i64: converted { (bits: Int64) in Float(bits) }
    default: nil
    }
  }
}

private func copied(_ bytes: UnsafeRawBufferPointer, _ values: UnsafeMutableBufferPointer<Float>) {
  UnsafeMutableRawBufferPointer(values).copyMemory(from: bytes)
}

/// Tensors needn't be aligned in the file, hence the loads.
private func converted<Bits: FixedWidthInteger & BitwiseCopyable>(_ value: @escaping (Bits) -> Float)
  -> ElementType.Conversion
{
  { bytes, values in
    for i in values.indices {
      let bits = bytes.loadUnaligned(fromByteOffset: i * MemoryLayout<Bits>.size, as: Bits.self)
      values[i] = value(Bits(littleEndian: bits))
    }
  }
}

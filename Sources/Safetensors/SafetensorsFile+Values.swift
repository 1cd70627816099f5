import Files

/// The values of a tensor, row-major, converted to what is asked for.
extension SafetensorsFile {
  /// The values of an F32, F16, BF16, F64 or I64 tensor, row-major, as f32.
  ///
  /// - Throws: where there is no such tensor, it is of another type, or the file can't be read.
  public func floats(_ name: String) throws(SafetensorsError) -> [Float] {
    let count = try entry(name).count
    guard hasMemory(for: count * MemoryLayout<Float>.stride) else {
      throw problem(.cannotRead(reason: "there is no memory for \(name)"))
    }
    var values = [Float](repeating: 0, count: count)
    try values.withUnsafeMutableBufferPointer { (values) throws(SafetensorsError) in try copy(name, into: values) }
    return values
  }

  /// Overwrites `values` with those of an F32, F16, BF16, F64 or I64 tensor.
  ///
  /// - Throws: where there is no such tensor, it is of another type, it has more or fewer values, or the file can't be
  ///   read.
  public func copy(_ name: String, into values: UnsafeMutableBufferPointer<Float>) throws(SafetensorsError) {
    let entry = try entry(name)
    guard entry.count == values.count else {
      throw problem(.count(name: name, found: entry.count, expected: values.count))
    }
    guard let convert = entry.type.conversionToFloats else {
      throw problem(.type(name: entry.name, found: entry.type, expected: "F32, F16, BF16, F64 or I64"))
    }
    if entry.type == .f32 {
      return try read(from: entry.range.lowerBound, into: UnsafeMutableRawBufferPointer(values))
    }
    for start in stride(from: 0, to: values.count, by: piece) {
      let part = start..<min(start + piece, values.count)
      let begin = entry.range.lowerBound
      let bytes = try bytes(begin + part.lowerBound * entry.type.size..<begin + part.upperBound * entry.type.size)
      bytes.withUnsafeBytes { convert($0, UnsafeMutableBufferPointer(rebasing: values[part])) }
    }
  }

  /// The values of an I64 tensor.
  public func integers(_ name: String) throws(SafetensorsError) -> [Int64] {
    let entry = try entry(name)
    guard entry.type == .i64 else { throw problem(.type(name: name, found: entry.type, expected: "I64")) }
    return try bytes(entry.range).withUnsafeBytes { bytes in
      (0..<entry.count).map { Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * $0, as: Int64.self)) }
    }
  }

  /// The values of a U8 tensor, a picture's for example.
  public func bytes(_ name: String) throws(SafetensorsError) -> [UInt8] {
    let entry = try entry(name)
    guard entry.type == .u8 else { throw problem(.type(name: name, found: entry.type, expected: "U8")) }
    return try bytes(entry.range)
  }
}

/// Values converted at once.
private let piece = 1 << 18

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

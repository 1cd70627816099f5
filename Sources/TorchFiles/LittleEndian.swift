/// Numbers at places of some bytes; nil where a place isn't among them.
struct LittleEndian {
  private let bytes: UnsafeRawBufferPointer

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  var count: Int { bytes.count }

  func u8(_ at: Int) -> UInt8? { number(at) }
  func u16(_ at: Int) -> UInt16? { number(at) }
  func u32(_ at: Int) -> UInt32? { number(at) }
  func u64(_ at: Int) -> UInt64? { number(at) }

  /// UTF-8; nil where it isn't that.
  func text(_ at: Int, _ length: Int) -> String? {
    guard let part = slice(at, length) else { return nil }
    return String(validating: part, as: UTF8.self)
  }

  func slice(_ at: Int, _ length: Int) -> UnsafeRawBufferPointer? {
    guard at >= 0, at <= count, length >= 0, length <= count - at else { return nil }
    return UnsafeRawBufferPointer(rebasing: bytes[at..<at + length])
  }

  /// Where a byte comes next.
  func next(_ byte: UInt8, from at: Int) -> Int? {
    at >= 0 && at <= count ? bytes[at...].firstIndex(of: byte) : nil
  }

  private func number<Value: FixedWidthInteger & BitwiseCopyable>(_ at: Int) -> Value? {
    guard at >= 0, at <= count, count - at >= MemoryLayout<Value>.size else { return nil }
    return Value(littleEndian: bytes.loadUnaligned(fromByteOffset: at, as: Value.self))
  }
}

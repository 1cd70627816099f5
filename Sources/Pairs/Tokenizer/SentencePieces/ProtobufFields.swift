/// The fields of a protobuf message that hold bytes, texts and messages inside, or whole numbers.
///
/// - Source: protobuf's wire format.
struct ProtobufFields {
  private var fields: [(number: Int, bytes: ArraySlice<UInt8>)] = []
  private var integers: [Int: UInt64] = [:]

  /// nil where the bytes are no message.
  init?(_ bytes: ArraySlice<UInt8>) {
    var rest = bytes
    while !rest.isEmpty {
      // The library keeps 32 bits of a key: of a longer one it would see another field.
      guard let key = Self.varint(&rest), key <= UInt64(UInt32.max), key >> 3 > 0 else { return nil }
      switch key & 7 {
      case 0:
        guard let value = Self.varint(&rest) else { return nil }
        integers[Int(truncatingIfNeeded: key >> 3)] = value
      case 1: guard Self.take(8, &rest) != nil else { return nil }
      case 2:
        guard let count = Self.varint(&rest), let bytes = Self.take(count, &rest) else { return nil }
        fields.append((Int(truncatingIfNeeded: key >> 3), bytes))
      case 5: guard Self.take(4, &rest) != nil else { return nil }
      default: return nil
      }
    }
  }

  /// A whole number, true being 1: the last of that field, as protobuf has it; nil where there is none.
  func integer(_ number: Int) -> UInt64? { integers[number] }

  /// The bytes of every field of a number.
  func all(_ number: Int) -> [ArraySlice<UInt8>] { fields.filter { $0.number == number }.map(\.bytes) }

  private static func varint(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
    var (value, shift) = (UInt64(0), UInt64(0))
    while let byte = rest.popFirst(), shift < 64 {
      value |= UInt64(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return value }
      shift += 7
    }
    return nil
  }

  private static func take(_ count: UInt64, _ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    guard count <= UInt64(rest.count) else { return nil }
    defer { rest = rest.dropFirst(Int(count)) }
    return rest.prefix(Int(count))
  }
}

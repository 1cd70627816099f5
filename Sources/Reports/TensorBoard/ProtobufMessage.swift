/// A protocol buffer's bytes, field by field.
///
/// - Source: protobuf.dev/programming-guides/encoding
package struct ProtobufMessage {
  package private(set) var bytes: [UInt8] = []

  package init() {}

  private enum WireType: UInt64 {
    case varint = 0
    case fixed64 = 1
    case bytes = 2
    case fixed32 = 5
  }

  package mutating func add(_ field: UInt64, integer: Int) {
    begin(field, .varint)
    append(varint: UInt64(bitPattern: Int64(integer)))
  }

  package mutating func add(_ field: UInt64, double: Double) {
    begin(field, .fixed64)
    append(double.bitPattern)
  }

  package mutating func add(_ field: UInt64, float: Float) {
    begin(field, .fixed32)
    append(float.bitPattern)
  }

  package mutating func add(_ field: UInt64, bytes data: some Collection<UInt8>) {
    begin(field, .bytes)
    append(varint: UInt64(data.count))
    bytes += data
  }

  package mutating func add(_ field: UInt64, text: String) { add(field, bytes: text.utf8) }

  /// Several numbers as one field.
  package mutating func add(_ field: UInt64, packed doubles: [Double]) {
    var packed = ProtobufMessage()
    for double in doubles { packed.append(double.bitPattern) }
    add(field, bytes: packed.bytes)
  }

  package mutating func add(_ field: UInt64, _ fill: (inout ProtobufMessage) -> Void) {
    var message = ProtobufMessage()
    fill(&message)
    add(field, bytes: message.bytes)
  }

  private mutating func begin(_ field: UInt64, _ type: WireType) { append(varint: field << 3 | type.rawValue) }

  private mutating func append(varint: UInt64) {
    var rest = varint
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }

  private mutating func append(_ word: some FixedWidthInteger) {
    withUnsafeBytes(of: word.littleEndian) { bytes += $0 }
  }
}

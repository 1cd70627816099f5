/// TensorFlow's file of records: each its length, the length's checksum, the bytes, their checksum.
///
/// - Source: tensorflow/core/lib/io/record_writer.h
package enum EventRecord {
  package static func framed(_ data: [UInt8]) -> [UInt8] {
    let length = littleEndian(UInt64(data.count))
    return length + littleEndian(masked(crc32c(length))) + data + littleEndian(masked(crc32c(data)))
  }

  /// The bytes of the leading records that are whole and of steps up to `step`.
  package static func kept(_ file: [UInt8], through step: Int) -> Int {
    var kept = 0
    while let record = whole(file, at: kept), Self.step(of: record) <= step { kept += record.count + 16 }
    return kept
  }

  private static func whole(_ file: [UInt8], at start: Int) -> ArraySlice<UInt8>? {
    guard file.count - start >= 16 else { return nil }
    let length = word(file[start..<start + 8])
    guard length <= UInt64(file.count - start - 16) else { return nil }
    let record = file[start + 12..<start + 12 + Int(length)]
    let sum = file[record.endIndex..<record.endIndex + 4]
    return word(sum) == UInt64(masked(crc32c(record))) ? record : nil
  }

  /// An event's field 2, after its time: as `Event` writes it; 0 where it has none.
  private static func step(of event: ArraySlice<UInt8>) -> Int {
    var rest = event.dropFirst(9)
    guard rest.first == 2 << 3 else { return 0 }
    rest = rest.dropFirst()
    var (step, shift) = (UInt64(0), UInt64(0))
    while let byte = rest.popFirst() {
      step |= UInt64(byte & 0x7F) << shift
      shift += 7
      if byte < 0x80 || shift > 56 { break }
    }
    return Int(truncatingIfNeeded: step)
  }

  private static func word(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  private static func littleEndian(_ word: some FixedWidthInteger) -> [UInt8] {
    withUnsafeBytes(of: word.littleEndian) { Array($0) }
  }

  /// A checksum stored beside what it is of would be no sum of both: so it is turned and shifted.
  private static func masked(_ sum: UInt32) -> UInt32 { (sum >> 15 | sum << 17) &+ 0xA282_EAD8 }

  /// Castagnoli's CRC.
  package static func crc32c(_ data: some Sequence<UInt8>) -> UInt32 {
    ~data.reduce(~0) { $0 >> 8 ^ table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] }
  }

  private static let table = (0..<UInt32(256)).map { byte in
    (0..<8).reduce(byte) { sum, _ in sum >> 1 ^ (sum & 1 == 1 ? 0x82F6_3B78 : 0) }
  }
}

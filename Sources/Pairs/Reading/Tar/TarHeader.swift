import Files

/// One block of 512 bytes that describes a member.
struct TarHeader {
  static let size = 512

  let name: FilePath
  let link: FilePath
  let size: Int?
  let type: Character
  let block: [UInt8]

  /// Nil when the block's checksum is wrong.
  ///
  /// Some old tars summed signed bytes.
  init?(_ block: [UInt8]) {
    var (sum, signedSum) = (0, 0)
    for (place, byte) in block.enumerated() {
      let byte = 148..<156 ~= place ? UInt8(ascii: " ") : byte
      sum += Int(byte)
      signedSum += Int(Int8(bitPattern: byte))
    }
    guard let stored = Self.number(block[148..<156]), stored == sum || stored == signedSum else { return nil }
    let prefix = block[257..<263].elementsEqual("ustar\0".utf8) ? Self.text(block[345..<500]) : ""
    name = prefix / Self.text(block[0..<100])
    link = Self.text(block[157..<257])
    size = Self.number(block[124..<136])
    type = Character(UnicodeScalar(block[156]))
    self.block = block
  }

  /// A hash of the header, by which it is known again.
  var seal: UInt32 { Self.seal(block) }

  static func seal(_ block: [UInt8]) -> UInt32 { UInt32(truncatingIfNeeded: contentHash(bytes: block)) }

  static func text(_ field: ArraySlice<UInt8>) -> FilePath { FilePath(bytes: field.prefix { $0 != 0 }) }

  /// Octal digits, or big-endian base 256 when the first bit is set.
  static func number(_ field: ArraySlice<UInt8>) -> Int? {
    if let first = field.first, first & 0x80 != 0 {
      guard first == 0x80, field.dropFirst().dropLast(8).allSatisfy({ $0 == 0 }) else { return nil }
      return Int(exactly: field.suffix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }
    let digits = field.filter { $0 != 0 && $0 != 0x20 }
    return digits.isEmpty ? 0 : Int(String(decoding: digits, as: UTF8.self), radix: 8)
  }
}

/// GPT-2's printable stand-ins for the 256 bytes: the bytes that print stand for themselves, the others for U+0100
/// and on.
///
/// A vocabulary starts with these 256 in the order below, then the same with `</w>`, the mark of a word's end.
enum ByteSymbols {
  static let endOfWord = "</w>"

  /// The byte of each of the first 256 ids: 33…126, 161…172, 174…255, then the rest in order.
  static let bytes: [UInt8] = {
    let printing: [UInt8] = Array(33...126) + Array(161...172) + Array(174...255)
    return printing + (UInt8.min...UInt8.max).filter { !printing.contains($0) }
  }()

  /// The id of each byte inside a word; 256 more at its end.
  static let ids: [Int32] = {
    var ids = [Int32](repeating: 0, count: 256)
    for (id, byte) in bytes.enumerated() { ids[Int(byte)] = Int32(id) }
    return ids
  }()

  /// The stand-in of each of the first 256 ids.
  static let scalars: [Unicode.Scalar] = bytes.enumerated().map { id, byte in
    id < 188 ? Unicode.Scalar(byte) : Unicode.Scalar(256 + UInt32(id) - 188)!
  }

  private static let byteOfScalar = Dictionary(uniqueKeysWithValues: zip(scalars, bytes))

  /// The bytes that a symbol stands for; a word's end reads as a space.
  static func decode(_ symbol: String) -> [UInt8] {
    let ends = symbol.hasSuffix(endOfWord)
    let stem = ends ? symbol.dropLast(endOfWord.count) : symbol[...]
    return stem.unicodeScalars.compactMap { byteOfScalar[$0] } + (ends ? [32] : [])
  }
}

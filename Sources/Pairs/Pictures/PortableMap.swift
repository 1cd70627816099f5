/// Width and height that a PBM, PGM or PPM file says it has; nil where its header isn't one.
///
/// libvips takes numbers beyond its own bounds for 1, and decodes a picture of that.
func portableMapSize(_ bytes: UnsafeRawBufferPointer) -> (width: Int, height: Int)? {
  guard bytes.count > 2, bytes[0] == UInt8(ascii: "P"), 0x31...0x36 ~= bytes[1] else { return nil }
  var rest = bytes.dropFirst(2)
  guard let width = number(&rest), let height = number(&rest) else { return nil }
  return (width, height)
}

/// The next number behind blanks and comments; the largest there is for one that is larger.
private func number(_ rest: inout Slice<UnsafeRawBufferPointer>) -> Int? {
  while let first = rest.first, first.isBlank || first == UInt8(ascii: "#") {
    rest = first.isBlank ? rest.dropFirst() : rest.drop { $0 != UInt8(ascii: "\n") }
  }
  let digits = rest.prefix { 0x30...0x39 ~= $0 }
  rest = rest.dropFirst(digits.count)
  return digits.isEmpty ? nil : Int(String(decoding: digits, as: UTF8.self)) ?? .max
}

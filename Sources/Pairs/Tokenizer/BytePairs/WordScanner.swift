/// Splits cleaned text, UTF-8, into the words that CLIP's tokenizer merges within, case aside:
///
///     <start_of_text>|<end_of_text>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+
///
/// Classes are those of Unicode scalars. Swift's `Character` would keep a combining mark with its letter, where the
/// expression parts them. By hand, since Swift's `Regex` works on characters and is two orders of magnitude slower.
struct WordScanner {
  static let specials: [[UInt8]] = [Array("<start_of_text>".utf8), Array("<end_of_text>".utf8)]

  private static let contractions: [[UInt8]] = ["s", "t", "re", "ve", "m", "ll", "d"].map { Array($0.utf8) }

  private enum Kind { case letter, number, space, other }

  private let text: UnsafeBufferPointer<UInt8>
  private var at = 0

  init(_ text: UnsafeBufferPointer<UInt8>) { self.text = text }

  /// The next word's bytes, or nil at the end.
  mutating func next() -> Range<Int>? {
    while at < text.count {
      let start = at
      if let count = special ?? contraction {
        at += count
        return start..<at
      }
      let (kind, width) = read(at)
      at += width
      switch kind {
      case .space: continue
      case .number: return start..<at
      case .letter, .other:
        skip(while: kind)
        return start..<at
      }
    }
    return nil
  }

  private mutating func skip(while kind: Kind) {
    while at < text.count {
      let (next, width) = read(at)
      guard next == kind else { return }
      at += width
    }
  }

  private var special: Int? {
    guard text[at] == UInt8(ascii: "<") else { return nil }
    return Self.specials.first { matches($0, at: at) }?.count
  }

  private var contraction: Int? {
    guard text[at] == UInt8(ascii: "'") else { return nil }
    if let tail = Self.contractions.first(where: { matches($0, at: at + 1) }) { return 1 + tail.count }
    // The long s is an s without its case.
    return matches([0xC5, 0xBF], at: at + 1) ? 3 : nil
  }

  private func matches(_ expected: [UInt8], at start: Int) -> Bool {
    start + expected.count <= text.count && expected.indices.allSatisfy { text[start + $0] == expected[$0] }
  }

  private func read(_ i: Int) -> (Kind, width: Int) {
    let byte = text[i]
    guard byte >= 0x80 else { return (Self.ascii(byte), 1) }
    let width = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
    var value = UInt32(byte) & (0xFF >> UInt32(width + 1))
    for k in 1..<width { value = value << 6 | UInt32(text[i + k] & 0x3F) }
    return (Self.kind(Unicode.Scalar(value) ?? "\u{FFFD}"), width)
  }

  private static func ascii(_ byte: UInt8) -> Kind {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): .letter
    case UInt8(ascii: "0")...UInt8(ascii: "9"): .number
    case 9...13, 32: .space
    default: .other
    }
  }

  private static func kind(_ scalar: Unicode.Scalar) -> Kind {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: .letter
    case .decimalNumber, .letterNumber, .otherNumber: .number
    default: scalar.properties.isWhitespace ? .space : .other
    }
  }
}

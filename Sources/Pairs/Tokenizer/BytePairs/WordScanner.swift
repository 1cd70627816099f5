/// Splits cleaned text, UTF-8, into the words that CLIP's tokenizer merges within, case aside:
///
///     <start_of_text>|<end_of_text>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+
///
/// Classes are those of Unicode scalars. Swift's `Character` would keep a combining mark with its letter, where the
/// expression parts them. By hand, since Swift's `Regex` works on characters and is two orders of magnitude slower.
struct WordScanner {
  static let specials: [[UInt8]] = [Array("<start_of_text>".utf8), Array("<end_of_text>".utf8)]

  private static let contractions: [[UInt8]] = ["s", "t", "re", "ve", "m", "ll", "d"].map { Array($0.utf8) }

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

  private mutating func skip(while kind: ScalarFacts.Kind) {
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

  /// Case aside, which only matters where cleaning keeps it.
  private func matches(_ expected: [UInt8], at start: Int) -> Bool {
    start + expected.count <= text.count
      && expected.indices.allSatisfy { text[start + $0] == expected[$0] || lower(text[start + $0]) == expected[$0] }
  }

  private func lower(_ byte: UInt8) -> UInt8 { 0x41...0x5A ~= byte ? byte | 0x20 : byte }

  private func read(_ i: Int) -> (ScalarFacts.Kind, width: Int) {
    let byte = text[i]
    if byte < 0x80 { return (ScalarFacts.of(UInt32(byte)).kind, 1) }
    let (value, width) = TextCleaning.scalar(of: text, i)
    return (ScalarFacts.of(value).kind, width)
  }
}

import Foundation

/// OpenCLIP's cleaning `lower`: glitches mended, HTML unescaped, runs of white space made one space, lower case.
///
/// Everything that ftfy's `fix_text` does is here but its search for text in the wrong encoding, which is guesswork
/// over large tables.
///
/// - Source: OpenCLIP's `basic_clean`, `whitespace_clean`; ftfy 6.3, `fixes.py`.
enum TextCleaning {
  typealias Scalars = [Unicode.Scalar]

  /// OpenCLIP's cleaning `lower`.
  ///
  /// - Returns: UTF-8.
  static func lower(_ text: String) -> [UInt8] {
    var text = text
    return text.withUTF8 { lower($0) }
  }

  /// The same of a string's UTF-8.
  static func lower(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8] {
    direct(text) ?? general(String(decoding: text, as: UTF8.self))
  }

  /// What has nothing to mend but its white space and case, as most words of any script do: nil if the text isn't that.
  private static func direct(_ text: UnsafeBufferPointer<UInt8>) -> [UInt8]? {
    var result: [UInt8] = []
    result.reserveCapacity(text.count + 8)
    var composition = QuickCheck()
    var at = 0
    while at < text.count {
      let byte = text[at]
      if byte < 0x80 {
        guard appendASCII(byte, to: &result) else { return nil }
        composition.restart()
        at += 1
        continue
      }
      let (value, width) = scalar(of: text, at)
      let facts = ScalarFacts.of(value)
      if facts.isDelicate || !composition.accepts(value, facts) { return nil }
      if facts.changesCase, let scalar = Unicode.Scalar(value) {
        result.append(contentsOf: scalar.properties.lowercaseMapping.utf8)
      } else {
        for i in at..<at + width { result.append(text[i]) }
      }
      at += width
    }
    if result.last == 32 { result.removeLast() }
    return result
  }

  /// False for an entity's start and for controls.
  private static func appendASCII(_ byte: UInt8, to result: inout [UInt8]) -> Bool {
    switch byte {
    case UInt8(ascii: "&"), 0x7F: return false
    case 9, 10, 12, 13, 32: if let last = result.last, last != 32 { result.append(32) }
    case ..<32: return false
    case UInt8(ascii: "A")...UInt8(ascii: "Z"): result.append(byte | 0x20)
    default: result.append(byte)
    }
    return true
  }

  /// The character that starts at a byte of valid UTF-8, 0x80 or above, and how many bytes it has.
  static func scalar(of text: UnsafeBufferPointer<UInt8>, _ at: Int) -> (value: UInt32, width: Int) {
    let byte = text[at]
    let width = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
    var value = UInt32(byte) & (0xFF >> UInt32(width + 1))
    for i in 1..<width { value = value << 6 | UInt32(text[at + i] & 0x3F) }
    return (value, width)
  }

  /// OpenCLIP's cleaning `whitespace`: as `lower`, with the case kept.
  static func kept(_ text: String) -> String { string(mended(text)) }

  /// OpenCLIP's cleaning `canonicalize`: as `lower`, an underscore a space and no other punctuation of ASCII's.
  ///
  /// - Source: big_vision, `prompt_engineering.py`.
  static func canonical(_ text: String) -> [UInt8] {
    let bare = mended(text).compactMap { scalar -> Unicode.Scalar? in
      if scalar == "_" { return " " }
      switch scalar.value {
      case 33...47, 58...64, 91...96, 123...126: return nil
      default: return scalar
      }
    }
    return Array(string(Scalars(lowercased(bare).split { isSpace($0) }.joined(separator: [" "]))).utf8)
  }

  /// - Returns: UTF-8.
  static func clean(_ text: UnsafeBufferPointer<UInt8>, _ cleaning: CaptionCleaning) -> [UInt8] {
    switch cleaning {
    case .lower: lower(text)
    case .whitespace: Array(kept(String(decoding: text, as: UTF8.self)).utf8)
    case .canonicalize: canonical(String(decoding: text, as: UTF8.self))
    }
  }

  private static func general(_ text: String) -> [UInt8] { Array(string(lowercased(mended(text))).utf8) }

  private static func mended(_ text: String) -> Scalars {
    var scalars = mend(Array(text.unicodeScalars))
    for _ in 0..<2 { scalars = HTMLEntities.unescape(scalars) }
    return Scalars(scalars.split { isSpace($0) }.joined(separator: [" "]))
  }

  private static func string(_ scalars: Scalars) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  /// White space as Python's `str.split` has it: Unicode's and four separators of ASCII.
  private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isWhitespace || (0x1C...0x1F).contains(scalar.value)
  }

  /// Line by line, since from a "<" on no line is unescaped, its own neither.
  private static func mend(_ text: Scalars) -> Scalars {
    var escaped = true
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      escaped = escaped && !line.contains("<")
      return mendLine(Scalars(line), escaped: escaped)
    }
    return Scalars(lines.joined(separator: ["\n"]))
  }

  /// Until nothing changes: unescaping can bring up more to mend.
  private static func mendLine(_ line: Scalars, escaped: Bool) -> Scalars {
    var line = line
    while true {
      var next = escaped ? HTMLEntities.unescapeExact(line) : line
      if next.contains(where: GlyphRepairs.mayRepair) { next = next.flatMap(GlyphRepairs.repaired) }
      next = composed(withoutTerminalEscapes(next).filter(GlyphRepairs.keeps))
      if next == line { return line }
      line = next
    }
  }

  /// `ESC [ digits and semicolons letter`, which colours a terminal.
  private static func withoutTerminalEscapes(_ text: Scalars) -> Scalars {
    guard text.contains("\u{1B}") else { return text }
    var (result, at) = (Scalars(), 0)
    while at < text.count {
      if text[at] == "\u{1B}", at + 1 < text.count, text[at + 1] == "[" {
        let end = text[(at + 2)...].firstIndex { !($0 == ";" || $0.properties.generalCategory == .decimalNumber) }
        if let end, text[end].isASCII, text[end].properties.isAlphabetic {
          at = end + 1
          continue
        }
      }
      result.append(text[at])
      at += 1
    }
    return result
  }

  /// Normal form C; below U+0300 everything is. Taken apart first: Foundation alone leaves a Korean syllable and a
  /// final consonant after it (U+D558 U+11AB) as they are.
  private static func composed(_ text: Scalars) -> Scalars {
    guard text.contains(where: { $0.value >= 0x300 }) else { return text }
    var view = String.UnicodeScalarView()
    view.append(contentsOf: text)
    let text = String(view).decomposedStringWithCanonicalMapping
    return Scalars(text.precomposedStringWithCanonicalMapping.unicodeScalars)
  }

  private static func lowercased(_ text: Scalars) -> Scalars {
    var result: Scalars = []
    result.reserveCapacity(text.count)
    for (at, scalar) in text.enumerated() {
      if !scalar.properties.changesWhenLowercased {
        result.append(scalar)
      } else if scalar == "Σ", endsWord(text, at) {
        result.append("ς")
      } else {
        result += scalar.properties.lowercaseMapping.unicodeScalars
      }
    }
    return result
  }

  /// A sigma is final after a cased letter and before none, marks aside: Unicode's condition Final_Sigma.
  private static func endsWord(_ text: Scalars, _ at: Int) -> Bool {
    let before = text[..<at].last { !$0.properties.isCaseIgnorable }
    let after = text[(at + 1)...].first { !$0.properties.isCaseIgnorable }
    return before?.properties.isCased == true && after?.properties.isCased != true
  }
}

/// Whether a text of characters that aren't delicate is in Normal Form C already: marks in order, no vowel's two halves.
///
/// - Source: Unicode Standard Annex #15, “Detecting Normalization Forms”.
private struct QuickCheck {
  private var lastClass: UInt8 = 0
  private var last: UInt32 = 0

  /// After a character of ASCII.
  mutating func restart() { (lastClass, last) = (0, 0) }

  mutating func accepts(_ value: UInt32, _ facts: ScalarFacts) -> Bool {
    let ordered = facts.combiningClass == 0 || facts.combiningClass >= lastClass
    let joins = facts.isSecondHalf && ScalarFacts.isFirstHalf(last)
    (lastClass, last) = (facts.combiningClass, value)
    return ordered && !joins
  }
}

/// HTML's character references: `&amp;`, `&#38;`, `&#x26;`.
///
/// - Source: HTML Living Standard, “Named character references”; Python's `html.unescape`, whose results these are.
enum HTMLEntities {
  typealias Scalars = [Unicode.Scalar]

  /// Unescapes as browsers do, which also read `&ampx` as `&x`.
  static func unescape(_ text: Scalars) -> Scalars {
    replace(text) { text, start in
      if text[start...].first == "#" { return number(text, start) }
      return named(text, start)
    }
  }

  /// Only what is beyond doubt: whole names that end in a semicolon, also ones set in capitals by mistake; ftfy's rule.
  static func unescapeExact(_ text: Scalars) -> Scalars {
    replace(text) { text, start in
      if text[start...].first == "#" {
        guard let found = number(text, start), text[found.end - 1] == ";" else { return nil }
        return found.end - start <= 26 ? found : nil
      }
      let end = text[start...].prefix(25).firstIndex { !isNameScalar($0) } ?? text.count
      guard end > start, end < text.count, text[end] == ";" else { return nil }
      return exact(string(text[start..<end])).map { ($0, end + 1) }
    }
  }

  private static func replace(
    _ text: Scalars, _ reference: (Scalars, Int) -> (value: Scalars, end: Int)?
  ) -> Scalars {
    guard text.contains("&") else { return text }
    var (result, at) = (Scalars(), 0)
    while at < text.count {
      if text[at] == "&", let found = reference(text, at + 1) {
        result += found.value
        at = found.end
      } else {
        result.append(text[at])
        at += 1
      }
    }
    return result
  }

  private static func isNameScalar(_ scalar: Unicode.Scalar) -> Bool {
    scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
  }

  private static func string(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
    var view = String.UnicodeScalarView()
    view.append(contentsOf: scalars)
    return String(view)
  }

  private static func exact(_ name: String) -> Scalars? {
    if let value = table[name] { return value.scalars }
    guard name == name.uppercased(), let value = table[name.lowercased()] else { return nil }
    // &NOTIN; stays: a browser reads it as &NOT and “IN;”.
    if (2...name.count).contains(where: { table[String(name.prefix($0))]?.bare == true }) { return nil }
    return value.scalars.flatMap { Scalars($0.properties.uppercaseMapping.unicodeScalars) }
  }

  /// The longest name at `start`, with its semicolon or, for the oldest names, without.
  private static func named(_ text: Scalars, _ start: Int) -> (value: Scalars, end: Int)? {
    let end =
      text[start...].prefix(32).firstIndex { "\t\n\u{C} <&#;".unicodeScalars.contains($0) }
      ?? min(text.count, start + 32)
    if end < text.count, text[end] == ";", let value = table[string(text[start..<end])] {
      return (value.scalars, end + 1)
    }
    for stop in stride(from: end, to: start + 1, by: -1) {
      if let value = table[string(text[start..<stop])], value.bare { return (value.scalars, stop) }
    }
    return nil
  }

  /// `#38;` or `#x26;`, the semicolon optional.
  private static func number(_ text: Scalars, _ start: Int) -> (value: Scalars, end: Int)? {
    let hex = start + 1 < text.count && (text[start + 1] == "x" || text[start + 1] == "X")
    let from = start + (hex ? 2 : 1)
    guard from < text.count else { return nil }
    let stop = text[from...].firstIndex { digit($0, hex) == nil } ?? text.count
    guard stop > from else { return nil }
    let value = text[from..<stop].reduce(UInt32(0)) { min($0 * (hex ? 16 : 10) + digit($1, hex)!, 0x110000) }
    return (character(value), stop < text.count && text[stop] == ";" ? stop + 1 : stop)
  }

  private static func digit(_ scalar: Unicode.Scalar, _ hex: Bool) -> UInt32? {
    switch scalar {
    case "0"..."9": scalar.value - 0x30
    case "a"..."f" where hex: scalar.value - 0x57
    case "A"..."F" where hex: scalar.value - 0x37
    default: nil
    }
  }

  private static func character(_ value: UInt32) -> Scalars {
    switch value {
    case 0x80...0x9F: return GlyphRepairs.windows1252[Int(value) - 0x80]
    case 1...8, 0xB, 0xE...0x1F, 0x7F, 0xFDD0...0xFDEF: return []
    case _ where value <= 0x10FFFF && value & 0xFFFE == 0xFFFE: return []
    case 0: return ["\u{FFFD}"]
    default: return [Unicode.Scalar(value) ?? "\u{FFFD}"]
    }
  }

  /// Names without `&` and `;`; `bare` ones may stand without the semicolon.
  private static let table: [String: (scalars: Scalars, bare: Bool)] = {
    var table: [String: (scalars: Scalars, bare: Bool)] = [:]
    for entry in htmlEntityTable.split(whereSeparator: \.isWhitespace) {
      let parts = entry.split(separator: "=")
      let bare = parts[0].hasPrefix("!")
      let scalars = parts[1].split(separator: ",").map { Unicode.Scalar(UInt32($0, radix: 16)!)! }
      table[String(parts[0].drop { $0 == "!" })] = (scalars, bare)
    }
    return table
  }()
}

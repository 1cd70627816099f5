import Foundation

/// ftfy's repairs of single characters: stray controls, ligatures, wide and narrow forms, curly quotes, line ends.
enum GlyphRepairs {
  typealias Scalars = [Unicode.Scalar]

  static func repaired(_ scalar: Unicode.Scalar) -> Scalars {
    switch scalar.value {
    case ..<0x80: scalar == "\r" ? ["\n"] : [scalar]
    case 0x80...0x9F: windows1252[Int(scalar.value) - 0x80]
    case 0x2BC, 0x2018...0x201B: ["'"]
    case 0x201C...0x201F: ["\""]
    case 0x2028, 0x2029: ["\n"]
    case 0x3000: [" "]
    case 0xFF01..<0xFFF0: width[Int(scalar.value) - 0xFF01]
    case 0x132...0x1F3, 0xFB00...0xFB06: ligatures[scalar] ?? [scalar]
    default: [scalar]
    }
  }

  /// False for most characters, which then need no array each.
  static func mayRepair(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case ..<0x80: scalar == "\r"
    case 0x80...0x9F, 0x2BC, 0x2018...0x201F, 0x2028, 0x2029, 0x3000, 0xFF01..<0xFFF0, 0x132...0x1F3, 0xFB00...0xFB06:
      true
    default: false
    }
  }

  /// Whether a character is more than a control that nobody meant to write.
  static func keeps(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0...8, 0xB, 0xE...0x1F, 0x7F, 0x206A...0x206F, 0xFEFF, 0xFFF9...0xFFFC: false
    default: true
    }
  }

  /// What browsers show for U+0080…U+009F: Windows' characters where it has one.
  static let windows1252: [Scalars] = [
    0x20AC, 0x81, 0x201A, 0x192, 0x201E, 0x2026, 0x2020, 0x2021, 0x2C6, 0x2030, 0x160, 0x2039, 0x152, 0x8D, 0x17D, 0x8F,
    0x90, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x2DC, 0x2122, 0x161, 0x203A, 0x153, 0x9D, 0x17E,
    0x178,
  ].map { [Unicode.Scalar($0)!] }

  private static let width: [Scalars] = (0xFF01..<0xFFF0).map { (value: UInt32) in
    Scalars(String(Unicode.Scalar(value)!).precomposedStringWithCompatibilityMapping.unicodeScalars)
  }

  private static let ligatures: [Unicode.Scalar: Scalars] = [
    "Ĳ": "IJ", "ĳ": "ij", "ŉ": "ʼn", "Ǳ": "DZ", "ǲ": "Dz", "ǳ": "dz", "Ǆ": "DŽ", "ǅ": "Dž", "ǆ": "dž", "Ǉ": "LJ",
    "ǈ": "Lj", "ǉ": "lj", "Ǌ": "NJ", "ǋ": "Nj", "ǌ": "nj", "ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl",
    "ﬅ": "ſt", "ﬆ": "st",
  ].mapValues { (letters: String) in Scalars(letters.unicodeScalars) }
}

/// What cleaning and cutting ask of a character, two bytes each, so that a word of any script is cleaned in one pass.
///
/// The planes of scripts and of emoji are looked up beforehand: 131,072 characters, 40 ms once a process. A million
/// characters' class and case took 7 ms from the table and 275 from Swift, on a busy Xeon.
struct ScalarFacts {
  /// The classes of CLIP's expression: `\p{L}`, `\p{N}`, `\s` and none of them.
  enum Kind: UInt8 { case letter, number, space, other }

  private struct Flags: OptionSet {
    let rawValue: UInt8

    static let kind = Flags(rawValue: 3)
    static let changesCase = Flags(rawValue: 4)
    static let isDelicate = Flags(rawValue: 8)
    static let isSecondHalf = Flags(rawValue: 16)
  }

  private let flags: Flags
  /// Unicode's canonical combining class: 0 but for most marks.
  let combiningClass: UInt8

  var kind: Kind { Kind(rawValue: flags.intersection(.kind).rawValue)! }
  /// Whether it has a lower case other than itself.
  var changesCase: Bool { flags.contains(.changesCase) }
  /// Whether cleaning may change it, or may change others because of it.
  var isDelicate: Bool { flags.contains(.isDelicate) }
  /// Whether some vowel before it, one that `isFirstHalf` knows, makes one character with it.
  var isSecondHalf: Bool { flags.contains(.isSecondHalf) }

  static func of(_ value: UInt32) -> ScalarFacts {
    value < UInt32(table.count) ? table[Int(value)] : ScalarFacts(Unicode.Scalar(value) ?? "\u{FFFD}")
  }

  private static let table = (0..<0x20000).map { ScalarFacts(Unicode.Scalar($0) ?? "\u{FFFD}") }

  private init(_ scalar: Unicode.Scalar) {
    let kind: Kind =
      switch scalar.properties.generalCategory {
      case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: .letter
      case .decimalNumber, .letterNumber, .otherNumber: .number
      default: scalar.properties.isWhitespace ? .space : .other
      }
    var flags = Flags(rawValue: kind.rawValue)
    if scalar.properties.changesWhenLowercased { flags.insert(.changesCase) }
    if Self.isDelicate(scalar) || kind == .space { flags.insert(.isDelicate) }
    if Self.isSecondHalf(scalar.value) { flags.insert(.isSecondHalf) }
    self.flags = flags
    combiningClass = UInt8(scalar.properties.canonicalCombiningClass.rawValue)
  }

  /// An entity's start, a sigma (final or not), a glyph to repair, a control, or what Normal Form C may change.
  private static func isDelicate(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "&" || scalar == "Σ" || GlyphRepairs.mayRepair(scalar) || !GlyphRepairs.keeps(scalar)
      || mayCompose(scalar.value)
  }

  /// What has Unicode's property NFC_Quick_Check other than Yes, some neighbours too; second halves of vowels aside.
  private static func mayCompose(_ value: UInt32) -> Bool {
    switch value {
    // Marks: Latin's and Greek's, Arabic's, then nukta and others of India, kana's.
    case 0x300...0x345, 0x653...0x655, 0x93C, 0xC56, 0xDCA, 0x1B35, 0x3099...0x309A, 0x110BA, 0x11127: true
    case 0x1133E, 0x11357, 0x114B0...0x114BD, 0x115AF, 0x11930: true
    // Hangul's parts.
    case 0x1100...0x11FF, 0xA960...0xA97F, 0xD7B0...0xD7FF: true
    // Letters that are always written otherwise.
    case 0x374, 0x37E, 0x387, 0x958...0x95F, 0x9DC...0x9DF, 0xA33...0xA36, 0xA59...0xA5E, 0xB5C...0xB5D: true
    case 0xF43...0xFB9, 0x1F71...0x1FFD, 0x2000...0x2001, 0x2126...0x212B, 0x2329...0x232A, 0x2ADC: true
    case 0xF900...0xFAFF, 0xFB1D...0xFB4F, 0x1D15E...0x1D1C0, 0x2F800...0x2FA1F: true
    default: false
    }
  }

  /// Vowel signs of India, Sri Lanka and Burma that follow another one, or a letter, and become one sign with it.
  private static func isSecondHalf(_ value: UInt32) -> Bool {
    switch value {
    case 0x9BE, 0x9D7, 0xB3E, 0xB56...0xB57, 0xBBE, 0xBD7, 0xCC2, 0xCD5...0xCD6, 0xD3E, 0xD57, 0xDCF, 0xDDF, 0x102E:
      true
    default: false
    }
  }

  /// Whether any second half makes one character with it.
  static func isFirstHalf(_ value: UInt32) -> Bool {
    switch value {
    case 0x9C7, 0xB47, 0xB92, 0xBC6...0xBC7, 0xCBF, 0xCC6, 0xCCA, 0xD46...0xD47, 0xDD9, 0x1025: true
    default: false
    }
  }
}

/// One emoji of Unicode's list.
public struct EmojiEntry: Sendable {
  /// Place in the list, skin tones included.
  public let number: Int
  /// The code points as the list has them.
  public let scalars: [Unicode.Scalar]
  /// The name in English, "woman firefighter".
  public let name: String
  /// The list's coarse topic, "People & Body".
  public let group: String
  /// The list's fine topic, "person-role".
  public let subgroup: String

  /// The name of the emoji's files, "0042_1f469-200d-1f692", which sorts in the list's order.
  public var key: String { "\(String(repeating: "0", count: 4 - min(4, String(number).count)))\(number)_\(code)" }

  /// The code points in hexadecimal digits, "1f469-200d-1f692".
  public var code: String { scalars.map { String($0.value, radix: 16) }.joined(separator: "-") }

  /// The emoji itself.
  public var text: String { String(String.UnicodeScalarView(scalars)) }

  /// The code points without U+FE0F, which asks for colour and is optional: how CLDR and fonts know the emoji.
  package var bare: [Unicode.Scalar] { scalars.filter { $0 != "\u{FE0F}" } }

  /// The skin tones in it, in words: none, one or two.
  public var skinTones: [String] { scalars.compactMap { Self.tones[$0] } }

  private static let tones: [Unicode.Scalar: String] = [
    "\u{1F3FB}": "light", "\u{1F3FC}": "medium-light", "\u{1F3FD}": "medium", "\u{1F3FE}": "medium-dark",
    "\u{1F3FF}": "dark",
  ]
}

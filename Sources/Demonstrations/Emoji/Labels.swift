/// What an emoji counts as in zero-shot classification, by the list's groups and subgroups.
enum Labels {
  /// The 12 coarse categories. What fits none, such as symbols, has none and is left out there.
  static let categories = [
    "face", "hand", "person", "animal", "plant", "food", "building", "vehicle", "clothing", "sport", "tool", "flag",
  ]

  static func category(_ entry: EmojiEntry) -> String? {
    switch entry.subgroup {
    case "cat-face", "monkey-face": "animal"
    case "person-symbol", "transport-sign": nil
    case "hands", "hand-prop": "hand"
    case "family": "person"
    case "place-building", "place-religious": "building"
    case "clothing", "sport", "tool": entry.subgroup
    case "country-flag", "subdivision-flag": "flag"
    case let other where other.hasPrefix("transport-"): "vehicle"
    case let other: ["face", "hand", "person", "animal", "plant", "food", "flag"].first { other.hasPrefix($0) }
    }
  }

  static func isFruit(_ entry: EmojiEntry) -> Bool { entry.subgroup == "food-fruit" }
}

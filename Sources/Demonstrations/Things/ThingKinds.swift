/// Coarse classes of things, by the folders of their sources.
enum ThingKinds {
  static let all = [
    "fruit", "vegetable", "food", "drink", "animal", "bird", "insect", "fish", "flower", "tree", "vehicle", "building",
    "clothing", "musical instrument", "tool", "flag",
  ]

  /// The class that a folder means; the longest beginning that is known decides.
  static func kind(_ folder: String) -> String? {
    var parts = folder.split(separator: "/")
    while !parts.isEmpty {
      if let kind = kinds[parts.joined(separator: "/")] { return kind.isEmpty ? nil : kind }
      parts.removeLast()
    }
    return nil
  }

  /// Empty: none of the classes, whatever the folder above it is.
  private static let kinds: [String: String] = [
    // tuxpaint
    "food/fruit": "fruit", "food/vegetables": "vegetable", "food": "food", "food/spices": "",
    "animals/birds": "bird", "animals/insects": "insect", "animals/fish": "fish", "animals": "animal",
    "animals/shellfish": "", "plants/flowers": "flower", "plants/trees": "tree", "vehicles": "vehicle",
    "military/vehicles": "vehicle", "town/houses": "building", "town/monuments": "building", "town/flags": "flag",
    "clothes": "clothing", "clothes/armor": "", "hobbies/music": "musical instrument", "household/tools": "tool",
    // openclipart
    "animals/bugs": "insect", "animals/mammals": "animal", "food/beverages": "drink", "food/fruits": "fruit",
    "transportation": "vehicle", "transportation/roadsigns": "", "transportation/aiga-symbols": "",
    "transportation/symbols": "", "buildings": "building", "buildings/homes": "building",
    "people/clothing": "clothing", "recreation/music": "", "recreation/music/instruments": "musical instrument",
    "tools": "tool", "tools/weapons": "", "signs_and_symbols/flags": "flag",
    "signs_and_symbols/flags/semaphore": "",
    // emoji's subgroups
    "food-fruit": "fruit", "food-vegetable": "vegetable", "food-prepared": "food", "food-asian": "food",
    "food-sweet": "food", "drink": "drink", "animal-mammal": "animal", "animal-bird": "bird", "animal-bug": "insect",
    "plant-flower": "flower", "transport-ground": "vehicle", "transport-water": "vehicle", "transport-air": "vehicle",
    "place-building": "building", "place-religious": "building", "clothing": "clothing",
    "musical-instrument": "musical instrument", "tool": "tool", "country-flag": "flag", "subdivision-flag": "flag",
  ]
}

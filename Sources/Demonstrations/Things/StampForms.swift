/// Which of Tux Paint's stamps are drawn; the others are photographs, coins among them. Sorted by eye, November 2026,
/// tuxpaint-stamps 2022.06.04.
enum StampForms {
  /// - Parameters:
  ///   - file: a stamp's path below `stamps`.
  static func isDrawn(_ file: String) -> Bool {
    if file.hasSuffix(".svg") || file.split(separator: "/").contains("cartoon") { return true }
    if file.hasPrefix("symbols/") { return !file.contains("/coins/") }
    return folders.contains(folder(of: file)) || names.contains(stem(of: file))
  }

  private static let folders: Set = [
    "clothes/hats", "food", "people/body_parts", "seasonal/easter", "seasonal/hanukkah", "seasonal/newyears",
    "town/flags",
  ]

  private static let names: Set = [
    "animals/insects/bee", "animals/insects/fly", "animals/mammals/echidna", "animals/mammals/hedgehog",
    "clothes/button", "clothes/t_baseballcap", "clothes/t_glove", "clothes/t_jacket", "clothes/t_pants",
    "clothes/t_poloshirt", "clothes/t_scarf", "clothes/t_shirt", "clothes/t_sock", "clothes/t_tshirt",
    "household/Lightbulb", "household/arttools/highlighter", "household/dishes/glass", "household/dishes/mug",
    "medical/bandage_adhesive", "medical/tooth", "naturalforces/lightningbolt", "seasonal/christmas/Santa",
    "seasonal/christmas/bow", "seasonal/christmas/candy_cane", "seasonal/christmas/hard_candy",
    "seasonal/christmas/lamp", "seasonal/christmas/santahat", "seasonal/christmas/star", "seasonal/christmas/stocking",
    "seasonal/christmas/tree", "seasonal/christmas/xmas_tp_bulb", "seasonal/halloween/bat_left",
    "seasonal/halloween/blackcat", "seasonal/halloween/ghost", "seasonal/halloween/jackolantern_mean",
    "seasonal/halloween/skull", "seasonal/halloween/spider", "space/planets/0_sun", "sports/rugby_goal_posts",
    "town/monuments/inukshuk-outline", "town/roadsigns/arrow", "town/roadsigns/crossroads", "town/roadsigns/hospital",
    "town/roadsigns/roundabout", "town/roadsigns/stop", "town/roadsigns/stoplight_01_red",
    "town/roadsigns/stoplight_02_yellow", "town/roadsigns/stoplight_03_green", "town/roadsigns/t-junction",
    "town/roadsigns/toilets", "town/roadsigns/xing_school", "town/roadsigns/yield", "vehicles/emergency/sedan_police",
  ]
}

import Randomness

/// A thing that a picture shows and a caption says: how many, how far apart, where.
///
/// A draw fixes everything else, items, places and sizes, and gives one scene for each value of the factor: so the rest is
/// the same for all of them, exactly balanced, and tells nothing.
protocol SceneTask: Sendable {
  /// The name of its shards.
  static var name: String { get }
  static var summary: String { get }
  /// The values of the factor, in their order where they have one.
  static var factors: [String] { get }
  /// Sentences around a factor for zero-shot evaluation.
  static var templates: [String] { get }

  /// The scenes of one draw, a scene for each factor.
  ///
  /// - Parameter part: whose items it takes.
  static func scenes(_ random: inout Philox, _ part: ScenePart) -> [Scene]
}

/// Training and test have no item in common, or where a scene has two no pair of items.
enum ScenePart: String, CaseIterable, Sendable {
  case train, test

  /// A fourth of all: every shape and every colour is in both parts.
  func has(_ items: [Item]) -> Bool { (items.reduce(0) { $0 + $1.number } % 4 == 0) == (self == .test) }
}

extension Philox {
  /// One of `all`.
  mutating func pick<Element>(_ all: [Element]) -> Element { all[index(below: all.count)] }

  /// An item of a part.
  mutating func item(_ part: ScenePart) -> Item {
    while true {
      let item = Item(shape: pick(Shape.allCases), ink: pick(Ink.allCases))
      if part.has([item]) { return item }
    }
  }

  /// Two items of a part that differ in shape and colour.
  mutating func items(_ part: ScenePart) -> (Item, Item) {
    while true {
      let (a, b) = (
        Item(shape: pick(Shape.allCases), ink: pick(Ink.allCases)),
        Item(shape: pick(Shape.allCases), ink: pick(Ink.allCases))
      )
      if a.shape != b.shape, a.ink != b.ink, part.has([a, b]) { return (a, b) }
    }
  }

  mutating func number(in range: ClosedRange<Double>) -> Double {
    range.lowerBound + (range.upperBound - range.lowerBound) * Double(uniform())
  }
}

/// “a red circle”, “an orange star”.
func withArticle(_ words: String) -> String { ("aeiou".contains(words.first ?? " ") ? "an " : "a ") + words }

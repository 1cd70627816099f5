import Randomness

/// Which of two things has which of two colours.
enum BindingTask: SceneTask {
  static let name = "binding"
  static let summary = "which of two things has which of two colours"
  static let factors = ["as said", "exchanged"]
  static let templates = ["{}"]

  private static let area = 220.0

  static func scenes(_ random: inout Philox, _ part: ScenePart) -> [Scene] {
    let (one, other) = random.items(part)
    let (x, y) = (random.number(in: 24...32), random.number(in: 30...70))
    let (otherX, otherY) = (random.number(in: 68...76), random.number(in: 30...70))
    let exchanged = (Item(shape: one.shape, ink: other.ink), Item(shape: other.shape, ink: one.ink))
    let captions = [words(one, other), words(exchanged.0, exchanged.1)]
    return [(one, other), exchanged].enumerated().map { number, items in
      Scene(
        factor: factors[number], caption: captions[number], hardNegatives: [captions[1 - number]],
        marks: [
          .init(item: items.0, x: x, y: y, area: area), .init(item: items.1, x: otherX, y: otherY, area: area),
        ])
    }
  }

  private static func words(_ one: Item, _ other: Item) -> String {
    "\(withArticle(one.words)) and \(withArticle(other.words))"
  }
}

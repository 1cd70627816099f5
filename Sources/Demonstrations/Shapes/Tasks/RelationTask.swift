import Randomness

/// Where one thing is of another: a layout, its mirror image, and both turned.
enum RelationTask: SceneTask {
  static let name = "relation"
  static let summary = "where one thing is of another, each layout beside its mirror image"
  static let factors = ["left of", "right of", "above", "below"]
  static let templates = ["a shape {} a shape"]

  private static let area = 180.0
  private static let directions: [(x: Double, y: Double)] = [(-1, 0), (1, 0), (0, -1), (0, 1)]

  static func scenes(_ random: inout Philox, _ part: ScenePart) -> [Scene] {
    let (one, other) = random.items(part)
    let (half, aside) = (random.number(in: 16...26), random.number(in: -4...4))
    let middle = (x: random.number(in: 40...60), y: random.number(in: 40...60))
    return factors.indices.map { (number: Int) -> Scene in
      let direction = directions[number]
      let stepX = half * direction.x + aside * abs(direction.y)
      let stepY = half * direction.y + aside * abs(direction.x)
      let opposite = factors[number ^ 1]
      return Scene(
        factor: factors[number], caption: words(one, factors[number], other),
        hardNegatives: [words(one, opposite, other), words(other, factors[number], one)],
        marks: [
          .init(item: one, x: middle.x + stepX, y: middle.y + stepY, area: area),
          .init(item: other, x: middle.x - stepX, y: middle.y - stepY, area: area),
        ])
    }
  }

  private static func words(_ one: Item, _ factor: String, _ other: Item) -> String {
    "\(withArticle(one.words)) \(factor) \(withArticle(other.words))"
  }
}

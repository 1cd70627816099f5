import Foundation
import Randomness

/// How far apart two things are, in four steps.
enum DistanceTask: SceneTask {
  static let name = "distance"
  static let summary = "how far apart two things are, in four steps that are ordered"
  static let factors = ["very near", "near", "far from", "very far from"]
  static let templates = ["a shape {} a shape"]

  private static let area = 100.0
  /// Between the centres, of the square's 100; each is varied by less than half a step.
  private static let distances = [20.0, 35, 50, 65]
  private static let variation = 3.0

  static func scenes(_ random: inout Philox, _ part: ScenePart) -> [Scene] {
    let (one, other) = random.items(part)
    let (angle, vary) = (random.number(in: 0...2 * .pi), random.number(in: -variation...variation))
    let middle = (x: random.number(in: -1...1), y: random.number(in: -1...1))
    return zip(factors, distances).map { factor, distance in
      let reach = (
        x: (distance + vary) / 2 * cos(angle), y: (distance + vary) / 2 * sin(angle)
      )
      // As far from the middle as both stay inside.
      let (x, y) = (50 + middle.x * (38 - abs(reach.x)), 50 + middle.y * (38 - abs(reach.y)))
      return Scene(
        factor: factor, caption: words(one, factor, other),
        hardNegatives: factors.filter { $0 != factor }.map { words(one, $0, other) },
        marks: [
          .init(item: one, x: x - reach.x, y: y - reach.y, area: area),
          .init(item: other, x: x + reach.x, y: y + reach.y, area: area),
        ])
    }
  }

  private static func words(_ one: Item, _ factor: String, _ other: Item) -> String {
    "\(withArticle(one.words)) \(factor) \(withArticle(other.words))"
  }
}

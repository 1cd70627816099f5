import Randomness

/// How many things there are: one to six of a kind, together always as large.
enum CountTask: SceneTask {
  static let name = "count"
  static let summary = "how many there are, one to six, of one area together"
  static let factors = ["one", "two", "three", "four", "five", "six"]
  static let templates = ["{} shapes", "a picture of {} shapes"]

  private static let area = 900.0
  /// Between the circles around two of them.
  private static let gap = 3.0

  static func scenes(_ random: inout Philox, _ part: ScenePart) -> [Scene] {
    let item = random.item(part)
    return factors.indices.map { number in
      let area = area / Double(number + 1)
      let marks = places(number + 1, radius: item.shape.radius(area: area), &random).map {
        Scene.Mark(item: item, x: $0.x, y: $0.y, area: area)
      }
      return Scene(
        factor: factors[number], caption: words(number, item),
        hardNegatives: factors.indices.filter { $0 != number }.map { words($0, item) }, marks: marks)
    }
  }

  private static func words(_ number: Int, _ item: Item) -> String {
    "\(factors[number]) \(number == 0 ? item.words : item.plural)"
  }

  /// Places that are apart, drawn anew until all fit.
  private static func places(_ count: Int, radius: Double, _ random: inout Philox) -> [(x: Double, y: Double)] {
    let inside = radius + 2...98 - radius
    while true {
      var places: [(x: Double, y: Double)] = []
      for _ in 0..<100 * count where places.count < count {
        let (x, y) = (random.number(in: inside), random.number(in: inside))
        let least = 2 * radius + gap
        if places.allSatisfy({ ($0.x - x) * ($0.x - x) + ($0.y - y) * ($0.y - y) >= least * least }) {
          places.append((x, y))
        }
      }
      if places.count == count { return places }
    }
  }
}

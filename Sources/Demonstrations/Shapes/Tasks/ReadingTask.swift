import Randomness

/// A written word alone: whether it is read.
enum ReadingTask: SceneTask {
  static let name = "reading"
  static let summary = "a written word alone"
  static let factors = [
    "apple", "bird", "chair", "dog", "fish", "green", "house", "lemon", "moon", "river", "sheep", "tree",
  ]
  static let templates = ["the word {}"]

  static func scenes(_ random: inout Philox, _ part: ScenePart) -> [Scene] {
    let ink = random.item(part).ink
    let (x, y, size) = (random.number(in: 42...58), random.number(in: 35...75), random.number(in: 18...24))
    return factors.map { word in
      Scene(
        factor: word, caption: "the word \(word)",
        hardNegatives: factors.filter { $0 != word }.map { "the word \($0)" },
        writing: [.init(text: word, x: x, y: y, size: size, ink: ink)])
    }
  }
}

/// A shape with a word below it that says nothing, the truth, or something else: what is believed, the shape or the word.
enum MisledTask: SceneTask {
  static let name = "misled"
  static let summary = "a shape with no word, its own, or another's written below"
  static let factors = ["no word", "its own word", "another word"]
  static let templates = ["{}"]

  static func scenes(_ random: inout Philox, _ part: ScenePart) -> [Scene] {
    let item = random.item(part)
    let others = Shape.allCases.filter { $0 != item.shape }
    let (other, ink) = (random.pick(others), random.pick(Ink.allCases))
    let (x, y) = (random.number(in: 38...62), random.number(in: 32...40))
    return zip(factors, [nil, item.shape.rawValue, other.rawValue]).map { factor, word in
      Scene(
        factor: factor, caption: withArticle(item.words),
        hardNegatives: [withArticle(Item(shape: other, ink: item.ink).words)],
        marks: [.init(item: item, x: x, y: y, area: 700)],
        writing: word.map { [.init(text: $0, x: 50, y: 86, size: 18, ink: ink)] } ?? [])
    }
  }
}

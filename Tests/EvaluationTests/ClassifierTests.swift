import Engine
import Evaluation
import Foundation
import Pairs
import TestSupport
import Testing

@Test func `L-BFGS finds the bottom of Rosenbrock's valley`() {
  let (place, iterations) = minimum(from: [-1.2, 1], mostIterations: 200) { x in
    let (a, b) = (1 - x[0], x[1] - x[0] * x[0])
    return (a * a + 100 * b * b, [-2 * a - 400 * x[0] * b, 200 * b])
  }
  #expect(abs(place[0] - 1) < 1e-5 && abs(place[1] - 1) < 1e-5 && iterations < 60)
}

/// Two features, three classes: means with noise.
private func madeUp(_ count: Int) -> LabelledRows {
  var state: UInt64 = 3
  func noise() -> Float {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return Float(state >> 40) / Float(1 << 24) - 0.5
  }
  let means: [[Float]] = [[1, 0], [-1, 0.5], [0, -1]]
  let classes = (0..<count).map { $0 % 3 }
  let rows = classes.flatMap { own in means[own].map { $0 + 2 * noise() } }
  return LabelledRows(Tensor(shape: [count, 2], rows), classes, classes: 3)
}

@Test func `a probe's weights are where the slope is nothing`() {
  let data = madeUp(90)
  let (weights, biases) = LogisticRegression(data, regularization: 2).line
  let slope = slope(data, weights, biases, penalty: 2)
  #expect(slope.allSatisfy { abs($0) < 1e-3 }, "of a sum over 90 rows, by float32 products: \(slope)")
  // Without the penalty the weights are another's.
  #expect(
    LogisticRegression(data, regularization: 1e-6).line.weights.flatMap { $0 }.map(abs).max()! > 1.2 * weights.flatMap {
      $0
    }.map(abs).max()!)
}

/// The gradient of Σ −ln p + λ/2 ‖W‖², in double.
private func slope(_ data: LabelledRows, _ weights: [[Double]], _ biases: [Double], penalty: Double) -> [Double] {
  var (slopes, ofBiases) = (weights.map { $0.map { penalty * $0 } }, biases.map { _ in 0.0 })
  for row in 0..<data.count {
    let x = data.rows.rows(row..<row + 1).array.map(Double.init)
    let logits = weights.indices.map { own in biases[own] + zip(weights[own], x).reduce(0) { $0 + $1.0 * $1.1 } }
    let total = logits.reduce(0) { $0 + exp($1) }
    for own in logits.indices {
      let part = exp(logits[own]) / total - (own == data.classes[row] ? 1 : 0)
      ofBiases[own] += part
      for i in x.indices { slopes[own][i] += part * x[i] }
    }
  }
  return slopes.flatMap { $0 } + ofBiases
}

@Test func `a probe tells what is told apart, and knows what it learned from`() throws {
  try temporaryDirectory { directory in
    let world = try TinyWorld(in: directory, pictures: 50)
    _ = try TinyWorld(in: "\(directory)/fit", pictures: 60)
    let encoders = try Encoders(directory: world.model)
    let options = ["fit": "\(directory)/fit/data.tar", "label": "color"]
    for measure in [try ProbeEvaluator(options: options), try NeighbourEvaluator(options: options)] as [any Evaluator] {
      let found = try #require(measure.evaluate(encoders, on: openPairs([world.data])) as? ClassifierResult)
      #expect(found.top1 == 1 && found.macro == 1 && found.pairs == 50 && found.learned == 60 && found.chance == 0.2)
      #expect(found.items["top1"] == [Bool](repeating: true, count: 50))
      #expect(found.classes.map(\.name) == TinyWorld.colors.sorted() && found.leftOut == LeftOut())
    }
    let none = #expect(throws: EvaluationError.self) {
      try ProbeEvaluator(fit: world.data, label: "nothing").evaluate(encoders, on: openPairs([world.data]))
    }
    #expect(none?.description.contains("0 different labels") == true)
  }
}

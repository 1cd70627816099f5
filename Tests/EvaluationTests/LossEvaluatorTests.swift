import CLIP
import Engine
import Evaluation
import Foundation
import Pairs
import TestSupport
import Testing

@Test(arguments: LossEvaluator.Kind.allCases)
func `the loss is that of each group by itself`(_ kind: LossEvaluator.Kind) throws {
  try temporaryDirectory { directory in
    let world = try TinyWorld(in: directory, pictures: 47)
    let encoders = try Encoders(directory: world.model)
    let found = try LossEvaluator(kind, batch: 20).evaluate(encoders, on: openPairs([world.data]))
    #expect(found.pairs == 40 && found.groups == 2 && found.batch == 20)
    let pixels = try (0..<40).flatMap { try encoders.transform(TinyWorld.file($0)) }
    let images = try rows(encoders.images(pixels))
    let texts = try rows(encoders.texts((0..<40).map { TinyWorld.colors[$0 % 5] }))
    let expected =
      [0..<20, 20..<40].map { group in
        loss(kind, images[group], texts[group], Double(encoders.model.scale), Double(encoders.model.bias))
      }.reduce(0, +) / 2
    #expect(abs(found.loss - expected) < 1e-5 * expected, "float32 products: \(found.loss), \(expected)")
    #expect(found.numbers[0].interval?.contains(found.loss) == true)
  }
}

private func rows(_ x: Tensor) -> [[Double]] { (0..<x.rows).map { x.rows($0..<$0 + 1).array.map(Double.init) } }

/// By its definition, in double.
private func loss(
  _ kind: LossEvaluator.Kind, _ images: ArraySlice<[Double]>, _ texts: ArraySlice<[Double]>, _ scale: Double,
  _ bias: Double
) -> Double {
  let added = kind == .sigmoid ? bias : 0
  let logits = images.map { image in
    texts.map { text in scale * zip(image, text).reduce(0) { $0 + $1.0 * $1.1 } + added }
  }
  let count = Double(images.count)
  func entropy(_ row: [Double], _ own: Int) -> Double { log(row.reduce(0) { $0 + exp($1) }) - row[own] }
  var sum = 0.0
  for i in logits.indices {
    if kind == .softmax {
      sum += entropy(logits[i], i) / 2
      sum += entropy(logits.map { $0[i] }, i) / 2
    } else {
      for j in logits[i].indices { sum += log(1 + exp(i == j ? -logits[i][j] : logits[i][j])) }
    }
  }
  return sum / count
}

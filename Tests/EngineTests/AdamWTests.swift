import Engine
import TestSupport
import Testing

@Test func `AdamW agrees with PyTorch over five steps`() throws {
  let golden = try OpGolden("adamw")
  let x = try golden.tensor("initial")
  let (m, n) = (Tensor(shape: x.shape, repeating: 0), Tensor(shape: x.shape, repeating: 0))
  let (gradients, rates, values) = (
    try golden.tensor("gradients"), try golden.floats("learning_rates"), try golden.tensor("values")
  )
  let adamW = AdamW(beta1: 0.9, beta2: 0.98, epsilon: 1e-6)
  for (i, rate) in rates.enumerated() {
    adamW.update(
      x, firstMoment: m, secondMoment: n, gradient: gradients.rows(i..<i + 1), step: i + 1, learningRate: rate,
      weightDecay: 0.2, gradientScale: 1)
    expectClose(x.array, values.rows(i..<i + 1).array, relative: 1e-6, because: "f32 against float64")
  }
  expectClose(m.array, try golden.floats("first_moment"), relative: 1e-6, because: "f32 against float64")
  expectClose(n.array, try golden.floats("second_moment"), relative: 1e-6, because: "f32 against float64")
}

@Test func `AdamW scales the gradient as if it had been clipped before`() {
  let gradient = Tensor(shape: [3], [1, -2, 4])
  func updated(_ gradient: Tensor, scale: Float) -> [Float] {
    let x = Tensor(shape: [3], [1, 2, 3])
    AdamW(beta1: 0.9, beta2: 0.999, epsilon: 1e-8).update(
      x, firstMoment: Tensor(shape: [3], repeating: 0), secondMoment: Tensor(shape: [3], repeating: 0),
      gradient: gradient, step: 1, learningRate: 0.1, weightDecay: 0, gradientScale: scale)
    return x.array
  }
  #expect(updated(gradient, scale: 0.5) == updated(Tensor(shape: [3], [0.5, -1, 2]), scale: 1))
}

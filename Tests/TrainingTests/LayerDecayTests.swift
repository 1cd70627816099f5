import CLIP
import Engine
import Testing
import Training
import TrainingSupport

@Suite struct LayerDecayTests {
  private let tiny: TinyRun

  init() throws { tiny = try TinyRun() }

  /// How far one update by equal gradients moves a parameter: AdamW's first step is the learning rate.
  private func steps(_ layerDecay: Double?) throws -> [String: Float] {
    let model = tiny.model()
    let optimizer = Optimizer(
      model,
      Optimizer.Settings(
        adamW: AdamW(beta1: 0.9, beta2: 0.98, epsilon: 1e-12), weightDecay: 0, clipNorm: nil, layerDecay: layerDecay))
    let before = model.parameters.values.array
    let sums = BucketedGradients(optimizer.buckets)
    for declaration in model.parameters.learned { sums.part(declaration).fill(0.1) }
    _ = try optimizer.begin(step: 1, learningRate: 0.01).applyRest(of: sums)
    let after = model.parameters.values.array
    return Dictionary(
      uniqueKeysWithValues: model.parameters.learned.map {
        ($0.name, before[$0.offset] - after[$0.offset])
      })
  }

  @Test func `each layer learns at the rate of the one above it by a factor`() throws {
    let (alike, decayed) = (try steps(nil), try steps(0.5))
    let model = tiny.model()
    var seen = Set<Int>()
    for declaration in model.parameters.learned where declaration.name != "logit_scale" {
      let layer = try #require(declaration.lockGroup)
      seen.insert(layer)
      let (step, expected) = (decayed[declaration.name] ?? 0, (0..<layer).reduce(Float(0.01)) { rate, _ in rate / 2 })
      #expect(abs((alike[declaration.name] ?? 0) - 0.01) < 1e-5, "\(declaration.name)")
      #expect(abs(step - expected) < 1e-3 * 0.01, "\(declaration.name) of layer \(layer): \(step)")
    }
    #expect(seen.count > 2)
    #expect(abs((decayed["logit_scale"] ?? 0) - 0.01) < 1e-5)
    #expect(try steps(1) == alike)
  }
}

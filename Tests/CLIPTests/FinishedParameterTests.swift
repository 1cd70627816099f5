import CLIP
import Engine
import TestSupport
import Testing

/// An update may change a parameter as soon as backward is through with it.
@Suite struct FinishedParameterTests {
  @Test(arguments: EncoderGoldenTests.variants, [Element.f32, .bf16])
  func `a transformer's backward reads no parameter that it is through with`(_ name: String, _ element: Element) throws
  {
    let golden = try Golden("encoders")
    let dy = try golden.floats(name + ".dy")
    try check(element) {
      try Variant(name).model
    } features: {
      try Variant.features(name, of: $0, golden, Pass(learns: true, recomputesBlocks: $1))
    } gradient: {
      dy
    }
  }

  @Test(arguments: ConvolutionalTests.networks, [Element.f32, .bf16])
  func `a convolutional network's backward reads no parameter that it is through with`(
    _ network: ConvolutionalTests.Network, _ element: Element
  ) throws {
    let keys = (0..<4).map { SampleKey(seed: 0, epoch: 0, sample: $0) }
    let pixels = (0..<4 * 64 * 64 * 3).map { UInt8(truncatingIfNeeded: $0 &* 2_654_435_761 >> 9) }
    try check(element) {
      CLIPModel(try ConvolutionalTests.configuration(network.vision, width: network.width), seed: 0)
    } features: {
      $0.imageFeatures(pixels, Pass(samples: keys, learns: true, recomputesBlocks: $1))
    } gradient: {
      (0..<4 * network.width).map { Float($0 % 5) - 2 }
    }
  }

  /// Gradients stay the same when every finished parameter becomes NaN, whether blocks are kept or run again.
  private func check(
    _ element: Element, _ model: () throws -> CLIPModel,
    features: (CLIPModel, _ recomputesBlocks: Bool) throws -> Tensor, gradient: () -> [Float]
  ) throws {
    func gradients(checkpoints: Bool, spoils: Bool) throws -> (values: [Float], finished: Int) {
      let model = try model()
      let parameters = model.parameters
      parameters.store(as: element)
      let block = Tensor(shape: [parameters.blockCount], repeating: 0)
      parameters.collectGradients(in: block)
      let y = try features(model, checkpoints)
      var finished = 0
      try backward([(y, Tensor(shape: y.shape, gradient()))]) {
        guard let declaration = parameters.declaration(of: $0) else { return }
        finished += 1
        guard spoils else { return }
        parameters.part(declaration, of: parameters.values).fill(.nan)
        parameters.valuesChanged(in: declaration.offset..<declaration.offset + declaration.count)
      }
      parameters.finishCollecting()
      return (block.array, finished)
    }
    let whole = try gradients(checkpoints: false, spoils: false)
    #expect(whole.finished > 0 && whole.values.allSatisfy { $0.isFinite })
    for checkpoints in [false, true] {
      let found = try gradients(checkpoints: checkpoints, spoils: true)
      #expect(found.values == whole.values)
      #expect(found.finished == whole.finished, "blocks run again: \(checkpoints)")
    }
  }
}

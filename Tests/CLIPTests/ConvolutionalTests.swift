import CLIP
import Engine
import Foundation
import Safetensors
import TestSupport
import Testing

/// OpenCLIP's ModifiedResNet and torchvision's networks, in float64: `Tests/Golden/convolutional_encoders.py`.
@Suite struct ConvolutionalTests {
  struct Network: Sendable, CustomTestStringConvertible {
    let name: String
    let vision: String
    let width: Int
    /// Of the pixels in training.
    var seed: String?
    /// Of gradients in training.
    var tolerance: Float = 1e-4
    var testDescription: String { name }
  }

  static let networks = [
    Network(
      name: "modified", vision: #""layers": [1, 2, 1, 1], "width": 8, "head_width": 64, "patch_size": null"#, width: 24),
    Network(name: "resnet18", vision: #""arch": "resnet18""#, width: 16),
    // Some of its rectifiers flip between f32 and f64: PyTorch's own f32 strays by 1e-3 to 2e-2, whatever the picture.
    Network(name: "resnet50", vision: #""arch": "resnet50""#, width: 16, tolerance: 2e-2),
    Network(name: "vgg11_bn", vision: #""arch": "vgg11_bn""#, width: 16, seed: "vgg11_bn1"),
  ]

  static func configuration(_ vision: String, width: Int, side: Int = 64) throws -> ModelConfiguration {
    try ModelConfiguration(
      json: Data(
        """
        {"embed_dim": \(width), "vision_cfg": {"image_size": \(side), \(vision)},
         "text_cfg": {"context_length": 8, "vocab_size": 50, "width": 16, "heads": 2, "layers": 1}}
        """.utf8))
  }

  /// Numbers in [−1, 1) from a hash, as the script makes them up.
  private func madeUp(_ name: String, _ count: Int) -> [Float] {
    let seed = name.utf8.reduce(0xcbf2_9ce4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
    return (0..<count).map { i in
      var x = UInt32(truncatingIfNeeded: UInt64(i) &* 2_654_435_761 &+ seed & 0xffff_ffff)
      for (shift, factor) in [(16, 0x85eb_ca6b), (13, 0xc2b2_ae35)] as [(UInt32, UInt32)] {
        x = (x ^ (x >> shift)) &* factor
      }
      x ^= x >> 16
      return Float(x >> 8) / 0x1p23 - 1
    }
  }

  private func value(_ declaration: Parameters.Declaration) -> Tensor {
    let numbers = madeUp(declaration.name, declaration.count)
    let (name, shape) = (declaration.name, declaration.shape)
    let inputs = name.hasSuffix("proj") ? shape[0] : shape.dropFirst().reduce(1, *)
    let scale = Float(exp2(-(log2(Double(inputs)) / 2).rounded(.down)))
    let made =
      switch true {
      case declaration.role == .counter: numbers.map { _ in Float(0) }
      case name.hasSuffix("running_var"): numbers.map { 1 + $0 / 2 }
      case name.hasSuffix("running_mean"), name.hasSuffix("bias"): numbers.map { $0 / 4 }
      // Branches that add little.
      case name.contains("layer") && name.hasSuffix("bn3.weight"): numbers.map { $0 / 4 }
      case shape.count == 1: numbers.map { 1 + $0 / 4 }
      default: numbers.map { $0 * scale }
      }
    return Tensor(shape: shape, made)
  }

  private func model(_ network: Network) throws -> CLIPModel {
    let model = CLIPModel(try Self.configuration(network.vision, width: network.width), seed: 0)
    for declaration in model.parameters.declarations where declaration.name.hasPrefix("visual.") {
      model.parameters.part(declaration, of: model.parameters.values).set(value(declaration))
    }
    model.parameters.valuesChanged()
    return model
  }

  private func pixels(_ network: Network, trains: Bool = false) -> [UInt8] {
    madeUp(trains ? network.seed ?? network.name : network.name, 4 * 64 * 64 * 3).map { UInt8(($0 + 1) * 128) }
  }

  private func spread(_ values: [Float]) -> [Float] { sampledIndices(of: values.count, samples: 12).map { values[$0] } }

  private func training(recomputesBlocks: Bool = false) -> Pass {
    let keys = (0..<4).map { SampleKey(seed: 0, epoch: 0, sample: $0) }
    return Pass(samples: keys, learns: true, recomputesBlocks: recomputesBlocks)
  }

  @Test(arguments: networks, [false, true])
  func `features and every gradient are PyTorch's`(_ network: Network, _ trains: Bool) throws {
    let golden = try Golden("convolutional_encoders")
    let model = try model(network)
    let mode = network.name + (trains ? ".training" : ".evaluation")
    let pixels = pixels(network, trains: trains)
    let block = Tensor(shape: [model.parameters.blockCount])
    model.parameters.collectGradients(in: block)
    let y = model.imageFeatures(pixels, trains ? training() : Pass(learns: true))
    expectClose(y.array, try golden.floats(mode + ".features"), relative: 2e-5, because: "f32 through many layers")
    try backward([(y, Tensor(shape: y.shape, try golden.floats(mode + ".dy")))])
    model.parameters.finishCollecting()
    try compare(model, block, golden, mode, tolerance: trains ? network.tolerance : 1e-4)
    if trains { try compareStatistics(model, block, golden, network.name) }
  }

  private func compare(
    _ model: CLIPModel, _ block: Tensor, _ golden: Golden, _ mode: String, tolerance: Float
  ) throws {
    let declarations = model.parameters.declarations.filter { $0.name.hasPrefix("visual.") && $0.role == .learned }
    let names = golden.names.filter { $0.hasPrefix(mode + ".visual.") }
    #expect(Set(names) == Set(declarations.map { mode + "." + $0.name }))
    let largest = try names.compactMap { try golden.floats($0).last }.max() ?? 0
    for declaration in declarations {
      let expected = try golden.floats(mode + "." + declaration.name)
      let found = model.parameters.part(declaration, of: block).array
      let norm = Float(found.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot())
      let expectedNorm = expected[expected.count - 1]
      // A bias that a norm or a softmax takes out has no gradient but rounding.
      if expectedNorm < 1e-10 * largest {
        #expect(norm < 1e-5 * largest, "\(declaration.name)")
        continue
      }
      expectClose(norm, expectedNorm, relative: tolerance, because: "\(declaration.name): f32 against float64")
      let share = expectedNorm / Float(found.count).squareRoot()
      for (a, b) in zip(spread(found), expected) where !(abs(a - b) <= tolerance * max(abs(b), 3 * share)) {
        Issue.record("\(declaration.name): \(a), expected \(b); the gradient's numbers are near \(share)")
      }
    }
  }

  private func compareStatistics(_ model: CLIPModel, _ block: Tensor, _ golden: Golden, _ name: String) throws {
    for declaration in model.parameters.declarations where declaration.role == .average {
      let before = model.parameters.part(declaration, of: model.parameters.values).array
      let found = model.parameters.part(declaration, of: block).array
      let moved = spread(zip(before, found).map { 0.9 * $0 + 0.1 * $1 })
      // In evaluation before, the script's averages stood still.
      expectClose(
        moved, try golden.floats("\(name).moved.\(declaration.name)"), relative: 2e-5, because: declaration.name)
    }
    let counts = model.parameters.declarations.filter { $0.role == .counter }.map {
      model.parameters.part($0, of: block).array
    }
    #expect(!counts.isEmpty && counts.allSatisfy { $0 == [1] })
  }

  @Test(arguments: networks, [Element.f32, .bf16])
  func `blocks made again in backward give the same bits from less memory`(_ network: Network, _ element: Element)
    throws
  {
    let dy = try Golden("convolutional_encoders").floats(network.name + ".training.dy")
    func run(_ checkpoints: Bool) throws -> (gradients: [Float], kept: Int) {
      let model = try model(network)
      model.parameters.store(as: element)
      let block = Tensor(shape: [model.parameters.blockCount], repeating: 0)
      model.parameters.collectGradients(in: block)
      let before = LiveBytes.now
      let y = model.imageFeatures(pixels(network, trains: true), training(recomputesBlocks: checkpoints))
      let kept = LiveBytes.now - before
      try backward([(y, Tensor(shape: y.shape, dy))])
      model.parameters.finishCollecting()
      return (block.array, kept)
    }
    // The averages' gradients among them: a block that runs twice counts once.
    let (plain, again) = (try run(false), try run(true))
    #expect(plain.gradients == again.gradients)
    #expect(again.kept < plain.kept * 3 / 4, "\(again.kept) bytes kept, \(plain.kept) without")
  }

  @Test(arguments: networks) func `features in bf16 are near those in f32`(_ network: Network) throws {
    let model = try model(network)
    let pixels = pixels(network)
    let exact = model.imageFeatures(pixels).array
    model.parameters.store(as: .bf16)
    expectClose(
      model.imageFeatures(pixels).array, exact, relative: 0.06, because: "three roundings to 2⁻⁹ in each of many layers"
    )
  }

  @Test(arguments: networks)
  func `a saved model loads as it was, its counters as integers`(_ network: Network) throws {
    let model = try model(network)
    for declaration in model.parameters.declarations where declaration.role == .counter {
      model.parameters.part(declaration, of: model.parameters.values).fill(7)
    }
    try temporaryDirectory { path in
      try ModelDirectory(path).save(model)
      let loaded = try ModelDirectory(path).load()
      #expect(loaded.parameters.values.array == model.parameters.values.array)
      #expect(loaded.configuration == model.configuration)
    }
  }
}

@Suite struct CounterTests {
  @Test func `a counter beyond f16 is stored all the same`() throws {
    let model = CLIPModel(try ConvolutionalTests.configuration(#""arch": "resnet18""#, width: 16), seed: 0)
    let counter = try #require(model.parameters.declarations.first { $0.role == .counter })
    model.parameters.part(counter, of: model.parameters.values).buffer[0] = 70_000
    try temporaryDirectory { path in
      try ModelDirectory(path).save(model, storage: .f16)
      let loaded = try ModelDirectory(path).load().parameters
      #expect(loaded.part(counter, of: loaded.values).array == [70_000])
    }
  }
}

@Suite struct ConvolutionalConfigurationTests {
  /// OpenCLIP's own counts: `sum(p.numel() for p in create_model(name).parameters())`.
  @Test func `RN50 has OpenCLIP's names, shapes and number of parameters`() throws {
    let model = CLIPModel(
      try ModelConfiguration(
        json: Data(
          """
          {"embed_dim": 1024,
           "vision_cfg": {"image_size": 224, "layers": [3, 4, 6, 3], "width": 64, "patch_size": null},
           "text_cfg": {"context_length": 77, "vocab_size": 49408, "width": 512, "heads": 8, "layers": 12}}
          """.utf8)))
    #expect(model.parameters.count == 102_007_137)
    let shapes = Dictionary(uniqueKeysWithValues: model.parameters.declarations.map { ($0.name, $0.shape) })
    #expect(shapes["visual.layer3.5.conv2.weight"] == [256, 256, 3, 3])
    #expect(shapes["visual.layer4.0.downsample.1.num_batches_tracked"] == [])
    #expect(shapes["visual.attnpool.positional_embedding"] == [50, 2048])
  }

  /// torchvision's own counts, without the classifiers.
  @Test(arguments: [
    ("resnet18", 11_176_512, 512), ("resnet50", 23_508_032, 2048), ("vgg11_bn", 9_225_984, 512),
    ("vgg16_bn", 14_723_136, 512),
  ])
  func `plain networks have torchvision's number of parameters, and a projection`(
    _ name: String, _ count: Int, _ width: Int
  ) throws {
    let configuration = try ConvolutionalTests.configuration(#""arch": "\#(name)""#, width: 16)
    let found = configuration.parameterDeclarations.filter { $0.name.hasPrefix("visual.") && $0.role == .learned }
    #expect(found.reduce(0) { $0 + $1.count } == count + 16 * width)
  }

  @Test(arguments: [
    (#""layers": [1, 2]"#, "vision_cfg.layers"), (#""layers": [1, 1, 1, 1], "width": 9"#, "vision_cfg.width"),
    (#""layers": [1, 1, 1, 1], "patch_size": 7"#, "vision_cfg.patch_size"),
    (#""arch": "alexnet""#, "vision_cfg.arch"), (#""arch": "resnet18", "width": 3"#, "vision_cfg.width"),
  ])
  func `a field that can't be is named`(_ vision: String, _ field: String) {
    let error = #expect(throws: ModelConfigurationError.self) {
      try ConvolutionalTests.configuration(vision, width: 16)
    }
    #expect(error?.description.contains(field) == true, "\(String(describing: error))")
  }

  @Test func `a picture that the stages can't halve is refused`() {
    let error = #expect(throws: ModelConfigurationError.self) {
      try ConvolutionalTests.configuration(#""layers": [1, 1, 1, 1]"#, width: 16, side: 48)
    }
    #expect(error?.description.contains("vision_cfg.image_size") == true)
  }
}

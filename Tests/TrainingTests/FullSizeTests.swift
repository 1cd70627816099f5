import CLIP
import Collectives
import Engine
import Foundation
import Pairs
import Runs
import Settings
import TestSupport
import Testing
import Training

private let fullSize = ProcessInfo.processInfo.environment["DIAGONAL_FULL_SIZE"]

/// OpenCLIP's own computations with a full-size model, which `Tests/Interop/training.py` wrote into a directory.
@Suite(.serialized, .enabled(if: fullSize != nil)) struct FullSizeTests {
  private let directory: ModelDirectory
  private let expected: Golden

  init() throws {
    directory = ModelDirectory(fullSize ?? "")
    expected = try Golden(file: directory.path + "/expected.safetensors")
    Threads.count = 2
  }

  /// How far numbers stray from the expected ones.
  private struct Distance {
    var largest: Float = 0
    var norm: Double = 0

    /// max |Δ| / max |expected|, and ‖Δ‖ / ‖expected‖
    init(_ found: [Float], _ expected: [Float]) {
      let differences = zip(found, expected).map { $0 - $1 }
      func norm(_ values: [Float]) -> Double { values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot() }
      func largest(_ values: [Float]) -> Float { values.reduce(0) { $1.isNaN ? .infinity : max($0, abs($1)) } }
      self.largest = largest(differences) / largest(expected)
      self.norm = norm(differences) / norm(expected)
    }
  }

  private func batch(_ number: Int, _ configuration: ModelConfiguration) throws -> Batch {
    let tokens = try expected.integers("tokens.\(number)").map(Int32.init)
    return Batch(
      images: try expected.bytes("pixels.\(number)"), tokens: tokens,
      samples: Array(0..<tokens.count / configuration.text.contextLength), side: configuration.vision.imageSize,
      contextLength: configuration.text.contextLength)
  }

  @Test func `embeddings are OpenCLIP's`() throws {
    let model = try directory.load()
    let batch = try batch(0, model.configuration)
    for (name, found) in [
      ("image_features", model.imageFeatures(batch.images)), ("text_features", model.textFeatures(batch.tokens)),
    ] {
      let distance = Distance(found.array, try expected.floats(name))
      print("\(name): \(distance.largest)")
      #expect(distance.largest < 1e-5, "\(name)")
    }
  }

  @Test func `gradients and ten steps are OpenCLIP's`() throws {
    let rates = try expected.floats("learning_rates")
    try simulate(workers: 1) { communicator in
      Threads.count = 2
      let model = try directory.load()
      let first = try batch(0, model.configuration)
      let plan = BatchPlan(batch: first.count, chunk: first.count, lanes: 1, workers: 1, rank: 0)
      let wire = try Wire(communicator)
      let optimizer = Optimizer(
        model, .init(adamW: AdamW(beta1: 0.9, beta2: 0.98, epsilon: 1e-6), weightDecay: 0.2, clipNorm: nil), wire: wire)
      var loss = LossSection()
      loss.kind = model.logBias == nil ? .softmax : .sigmoid
      let step = TrainingStep(
        model, plan: plan, wire: wire, graphs: .always, loss: loss.make(plan: plan, seed: 0, pairs: first.count))
      var losses: [Float] = []
      for k in rates.indices {
        let outcome = try step.run([batch(k % 3, model.configuration)], step: k)
        losses.append(Float(outcome.loss))
        if k == 0 { try compareGradients(model, outcome.sums) }
        _ = try optimizer.update(outcome.sums, step: k + 1, learningRate: rates[k])
      }
      try compareSteps(model, losses)
    }
  }

  private func compareGradients(_ model: CLIPModel, _ sums: BucketedGradients) throws {
    let learned = model.parameters.learned
    let pairs = try learned.map {
      (
        name: $0.name, found: sums.part($0).array,
        expected: try expected.floats("gradient.\($0.name)")
      )
    }
    let top = pairs.flatMap(\.expected).reduce(0) { max($0, abs($1)) }
    // What a softmax or a norm takes out again has no gradient but rounding.
    let (real, vanishing) = (
      pairs.filter { largest($0.expected) > 1e-6 * top }, pairs.filter { largest($0.expected) <= 1e-6 * top }
    )
    for pair in vanishing { #expect(largest(pair.found) < 1e-5 * top, "\(pair.name)") }
    let distances = real.map { ($0.name, Distance($0.found, $0.expected)) }
    report("gradients of \(real.count), \(vanishing.count) that vanish", distances)
    for (name, distance) in distances { #expect(distance.norm < 1e-4, "\(name)") }
  }

  private func compareSteps(_ model: CLIPModel, _ losses: [Float]) throws {
    let lossDistance = Distance(losses, try expected.floats("losses"))
    print("losses of \(losses.count) steps: \(lossDistance.largest)")
    #expect(lossDistance.largest < 1e-4)
    let distances = try model.parameters.declarations.filter { $0.role != .counter }.map {
      (
        $0.name,
        Distance(model.parameters.part($0, of: model.parameters.values).array, try expected.floats("after.\($0.name)"))
      )
    }
    report("after \(losses.count) steps", distances)
    for (name, distance) in distances { #expect(distance.norm < 1e-4, "\(name)") }
  }

  private func largest(_ values: [Float]) -> Float { values.reduce(0) { max($0, abs($1)) } }

  private func report(_ what: String, _ distances: [(String, Distance)]) {
    for (name, distance) in distances.sorted(by: { $0.1.norm > $1.1.norm }).prefix(5) {
      print("\(what): \(distance.norm) by norm, \(distance.largest) by largest, \(name)")
    }
    let median = distances.map(\.1.norm).sorted()[distances.count / 2]
    print("\(what): median \(median) by norm; \(distances.count { $0.1.norm > 1e-4 }) of \(distances.count) above 1e-4")
  }
}

import CLIP
import Collectives
import Engine
import Foundation
import Pairs
import Synchronization
import TestSupport
import Testing
import Training

/// Batch statistics in the distributed step: of the chunk, whoever encodes it, and averaged once a step.
@Suite struct BatchStatisticsTests {
  struct Result: Sendable, Equatable {
    var parameters: [Float] = []
    var gradients: [Float] = []
    var losses: [Double] = []
  }

  static func configuration() throws -> ModelConfiguration {
    try ModelConfiguration(
      json: Data(
        """
        {"embed_dim": 16, "vision_cfg": {"image_size": 32, "layers": [1, 1, 1, 1], "width": 8, "patch_size": null},
         "text_cfg": {"context_length": 8, "vocab_size": 50, "width": 16, "heads": 2, "layers": 1}}
        """.utf8))
  }

  /// Pair p of the global batch of 8.
  static func chunk(_ rows: Range<Int>) -> Batch {
    let size = 32 * 32 * 3
    return Batch(
      images: rows.flatMap { p in
        (0..<size).map { UInt8(truncatingIfNeeded: ($0 &* 73 &+ p &* 191) &* 2_654_435_761 >> 7) }
      },
      tokens: rows.flatMap { [48, Int32($0), Int32(3 * $0 + 1), 49, 0, 0, 0, 0] }, samples: Array(rows), side: 32,
      contextLength: 8)
  }

  static func train(
    steps: Int, workers: Int, graphs: GraphKeeping = .always, element: Element = .f32, shardsOptimizer: Bool = false
  ) throws -> Result {
    let results = Mutex<[Int: Result]>([:])
    let configuration = try configuration()
    try simulate(workers: workers) { communicator in
      let plan = BatchPlan(batch: 8, chunk: 2, lanes: 4, workers: workers, rank: communicator.rank)
      let model = CLIPModel(configuration, seed: 1)
      model.parameters.store(as: element)
      let wire = try Wire(communicator, shardsOptimizer: shardsOptimizer)
      let optimizer = Optimizer(
        model, .init(adamW: AdamW(beta1: 0.9, beta2: 0.98, epsilon: 1e-6), weightDecay: 0.2, clipNorm: 1), wire: wire)
      let step = TrainingStep(model, plan: plan, wire: wire, graphs: graphs)
      let chunks = (0..<plan.chunksPerWorker).map { n in
        let first = plan.myRows.lowerBound + 2 * n
        return chunk(first..<first + 2)
      }
      var result = Result()
      for k in 0..<steps {
        let outcome = try step.run(chunks)
        if k == 0, !shardsOptimizer { result.gradients = outcome.sums.joined.array }
        result.losses.append(outcome.loss)
        _ = try optimizer.update(outcome.sums, step: k + 1, learningRate: 1e-3)
      }
      result.parameters = model.parameters.values.array
      results.withLock { [result] in $0[communicator.rank] = result }
    }
    let all = results.withLock { $0 }
    #expect(all.values.allSatisfy { $0 == all[0] }, "workers differ")
    return all[0] ?? Result()
  }

  @Test(arguments: [Element.f32, .bf16]) func `N workers give the bits of one`(_ element: Element) throws {
    let one = try Self.train(steps: 3, workers: 1, element: element)
    #expect(one.losses.allSatisfy { $0.isFinite } && one.losses[0] != one.losses[2])
    for workers in [2, 4] {
      #expect(try Self.train(steps: 3, workers: workers, element: element) == one, "\(workers) workers")
    }
  }

  @Test func `a sharded optimizer moves the averages alike`() throws {
    let whole = try Self.train(steps: 3, workers: 2)
    #expect(try Self.train(steps: 3, workers: 2, shardsOptimizer: true).parameters == whole.parameters)
  }

  @Test func `a chunk that is encoded twice counts once`() throws {
    let kept = try Self.train(steps: 2, workers: 2)
    #expect(try Self.train(steps: 2, workers: 2, graphs: .never) == kept)
    #expect(try Self.train(steps: 2, workers: 2, graphs: .within(bytes: 1 << 20)) == kept)
  }

  @Test func `averages move once a step by a tenth of the chunks' mean`() throws {
    let found = try Self.train(steps: 1, workers: 2)
    let model = CLIPModel(try Self.configuration(), seed: 1)
    func part(_ declaration: Parameters.Declaration, _ block: [Float]) -> [Float] {
      Array(block[declaration.offset..<declaration.offset + declaration.count])
    }
    for declaration in model.parameters.declarations where declaration.role != .learned {
      let (value, sum) = (part(declaration, found.parameters), part(declaration, found.gradients))
      switch declaration.role {
      case .counter: #expect(value == [1] && sum == [4], "\(declaration.name): \(value), of \(sum) chunks")
      default:
        let initial: Float = declaration.name.hasSuffix("var") ? 1 : 0
        expectClose(
          value, sum.map { 0.9 * initial + 0.1 * ($0 / 4) }, relative: 1e-6, because: "\(declaration.name)")
        #expect(value.contains { $0 != initial }, "\(declaration.name) stands still")
      }
    }
  }

  @Test func `the moving average has the model's own counters`() throws {
    let model = CLIPModel(try Self.configuration(), seed: 1)
    let counters = model.parameters.averages.filter { $0.role == .counter }
    let average = MovingAverage(model, decay: 0.999)
    for step in 1...30 {
      for counter in counters { model.parameters.part(counter, of: model.parameters.values).fill(Float(step)) }
      average.update()
    }
    #expect(!counters.isEmpty)
    for counter in counters { #expect(model.parameters.part(counter, of: average.values).array == [30]) }
  }

  @Test func `averages neither count in the gradient's norm nor are clipped or decayed`() throws {
    let model = CLIPModel(try Self.configuration(), seed: 1)
    let optimizer = Optimizer(
      model, .init(adamW: AdamW(beta1: 0.9, beta2: 0.98, epsilon: 1e-6), weightDecay: 0.2, clipNorm: 0.1))
    let sums = BucketedGradients(optimizer.buckets)
    for declaration in model.parameters.declarations {
      sums.part(declaration).fill([.learned: 0, .average: 60, .counter: 2][declaration.role] ?? .nan)
    }
    #expect(try optimizer.update(sums, step: 1, learningRate: 1).whole == 0)
    for declaration in model.parameters.declarations where declaration.role == .average {
      let initial: Float = declaration.name.hasSuffix("var") ? 1 : 0
      let values = model.parameters.part(declaration, of: model.parameters.values).array
      expectClose(values, values.map { _ in 0.9 * initial + 3 }, relative: 1e-6, because: declaration.name)
    }
  }
}

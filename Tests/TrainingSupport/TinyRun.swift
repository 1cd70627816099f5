import CLIP
import Collectives
import Engine
import Pairs
import Runs
import Settings
import Synchronization
import TestSupport
import Testing
import Training

/// The tiny model of `Tests/Golden/tiny_clip.py` and its batches of 8.
package struct TinyRun: Sendable {
  package internal(set) var configuration: ModelConfiguration
  package internal(set) var initial: [String: [Float]]
  package internal(set) var batches: [Batch]
  package let golden: Golden

  package init() throws {
    let golden = try Golden("tiny_clip")
    self.golden = golden
    let configuration = try ModelConfiguration(path: Golden.path("tiny_clip.json"))
    self.configuration = configuration
    let names = golden.names.filter { $0.hasPrefix("initial.") }
    initial = Dictionary(
      uniqueKeysWithValues: try names.map { (String($0.dropFirst("initial.".count)), try golden.floats($0)) })
    batches = try (0..<3).map {
      Batch(
        images: try golden.bytes("batch\($0).pixels"),
        tokens: try golden.integers("batch\($0).tokens").map(Int32.init), samples: Array(0..<8),
        side: configuration.vision.imageSize, contextLength: configuration.text.contextLength)
    }
  }

  package func model(quick: Bool = false, locks: TowerLocks = TowerLocks()) -> CLIPModel {
    var configuration = configuration
    configuration.quickGELU = quick
    let model = CLIPModel(configuration, locks: locks)
    for declaration in model.parameters.declarations {
      model.parameters.part(declaration, of: model.parameters.values).set(
        Tensor(shape: declaration.shape, initial[declaration.name] ?? []))
    }
    return model
  }

  /// The same model on batches of more pairs, made of other pairs' pictures and captions.
  package func enlarged(to count: Int) -> TinyRun {
    var run = self
    run.batches = batches.map { batch in
      let (pixels, length) = (batch.side * batch.side * 3, batch.contextLength)
      var (images, tokens): ([UInt8], [Int32]) = ([], [])
      for pair in 0..<count {
        let (image, text) = (pair % batch.count, pair * 3 / 2 % batch.count)
        images += batch.images[image * pixels..<(image + 1) * pixels]
        tokens += batch.tokens[text * length..<(text + 1) * length]
      }
      return Batch(
        images: images, tokens: tokens, samples: Array(0..<count),
        pictures: (0..<count).map { UInt64($0 % batch.count) }, side: batch.side, contextLength: length)
    }
    return run
  }

  /// The same with a distillation token, whose parameters are the class token's in another order: `TokenStudent` in
  /// `Tests/Golden/distillation.py`.
  package func distilled() -> TinyRun {
    func rolled(_ values: [Float], by count: Int) -> [Float] { values.suffix(count) + values.dropLast(count) }
    func values(_ name: String) -> [Float] { initial["visual.\(name)"] ?? [] }
    var run = self
    guard var fields = configuration.vision.tower as? ModelConfiguration.ViT else {
      preconditionFailure("tiny CLIP: no ViT")
    }
    fields.distillationToken = true
    run.configuration.vision = .init(fields)
    let (width, positions) = (fields.transformer.width, values("positional_embedding"))
    let first = Array(positions.prefix(width))
    run.initial["visual.positional_embedding"] = first + rolled(first, by: 1) + positions.dropFirst(width)
    run.initial["visual.dist_token"] = rolled(values("class_embedding"), by: 1)
    run.initial["visual.proj_dist"] = rolled(values("proj"), by: configuration.embeddingWidth)
    return run
  }

  /// The same image encoder with a linear head on classes: `Tests/Golden/supervised.py`.
  package func supervised(classes: Int, own: [Int32], head: [Float]) throws -> TinyRun {
    var run = self
    run.configuration = try configuration.supervised(by: (0..<classes).map { "class \($0)" })
    run.initial["head.weight"] = head
    run.batches = batches.map {
      Batch(images: $0.images, tokens: own, samples: $0.samples, side: $0.side, contextLength: 1)
    }
    return run
  }

  /// A worker's chunks of a batch.
  package func chunks(_ batch: Batch, _ plan: BatchPlan) -> [Batch] {
    (0..<plan.chunksPerWorker).map { n in
      let rows = plan.rows(ofMyChunk: n)
      let first = plan.myRows.lowerBound + rows.lowerBound
      let pixels = batch.side * batch.side * 3
      return Batch(
        images: Array(batch.images[first * pixels..<(first + plan.chunk) * pixels]),
        tokens: Array(batch.tokens[first * batch.contextLength..<(first + plan.chunk) * batch.contextLength]),
        samples: Array(first..<first + plan.chunk), pictures: Array(batch.pictures[first..<first + plan.chunk]),
        side: batch.side, contextLength: batch.contextLength,
        hardNegatives: batch.hardNegatives.of(first..<first + plan.chunk, contextLength: batch.contextLength))
    }
  }

  /// What worker 0 holds after some steps; all workers are checked to hold the same.
  package struct Result: Sendable, Equatable {
    package var parameters: [Float] = []
    package var gradients: [Float] = []
    package var losses: [Double] = []
    package var logScales: [Float] = []
    /// Of captions and of pictures.
    package var duplicates: [[Int]] = []
    package var norms: [Double] = []
    package var laneSquares: [Double] = []
    /// Both moments of AdamW.
    package var moments: [Float] = []
    package var wireBytes = 0
  }

  package func train(
    steps: Int, workers: Int, chunk: Int, lanes: Int, graphs: GraphKeeping = .always, reduction: Reduction = .exact,
    element: Element = .f32, locks: TowerLocks = TowerLocks(), teacherWeight: Double? = nil, overlaps: Bool = true,
    shardsOptimizer: Bool = false, clipNorm: Float? = nil, loss: LossSection? = nil, updatesAmidBackward: Bool = true,
    afterEachStep look: @escaping @Sendable (CLIPModel) -> Void = { _ in },
    rowLoss makeRowLoss: @escaping @Sendable () -> (any RowLoss)? = { nil }
  ) throws -> Result {
    let rates = try golden.floats("learning_rates")
    let results = Mutex<[Int: Result]>([:])
    try simulate(workers: workers) { communicator in
      let plan = BatchPlan(
        batch: batches[0].count, chunk: chunk, lanes: lanes, workers: workers, rank: communicator.rank)
      let model = model(locks: locks)
      model.parameters.store(as: element)
      let exchange = try Exchange(
        communicator, reduction: reduction, overlaps: overlaps, shardsOptimizer: shardsOptimizer)
      let buckets = Buckets(model.parameters.layout, length: 1000)
      let optimizer = Optimizer(
        model, .init(adamW: AdamW(beta1: 0.9, beta2: 0.98, epsilon: 1e-6), weightDecay: 0.2, clipNorm: clipNorm),
        buckets: buckets, exchange: exchange)
      let step = TrainingStep(
        model, plan: plan, exchange: exchange, graphs: graphs, buckets: buckets,
        loss: loss?.make(plan: plan, seed: 1, pairs: 8),
        rowLoss: makeRowLoss() ?? teacherWeight.map { Distillation(self.model(quick: true), weight: $0, batch: 8) })
      var result = Result()
      for k in 0..<steps {
        communicator.traffic = Traffic()
        // The first update comes after its step, whose gradients are looked at; the others amid backward where they can.
        let update = optimizer.begin(step: k + 1, learningRate: rates[k])
        let outcome = try step.run(
          chunks(batches[k % 3], plan), step: k, update: k > 0 && updatesAmidBackward ? update : nil)
        if k == 0, !shardsOptimizer { result.gradients = outcome.sums.joined.array }
        result.losses.append(outcome.loss)
        result.duplicates.append([outcome.duplicateCaptions, outcome.duplicatePictures])
        result.laneSquares.append(outcome.laneSquares)
        result.norms.append(try (outcome.norms ?? update.applyRest(of: outcome.sums)).whole)
        look(model)
        result.logScales.append(model.logScale.values.array[0])
        result.wireBytes = communicator.traffic.bytes
      }
      result.parameters = model.parameters.values.array
      let moments = try optimizer.wholeMoments()
      if communicator.rank == 0 { result.moments = moments.map { $0.first.array + $0.second.array } ?? [] }
      results.withLock { [result] in $0[communicator.rank] = result }
    }
    var all = results.withLock { $0 }
    let moments = all[0]?.moments ?? []
    for rank in 1..<max(1, workers) { all[rank]?.moments = moments }
    #expect(all.values.allSatisfy { $0 == all[0] }, "workers differ")
    return all[0] ?? Result()
  }

  package func part(_ declaration: Parameters.Declaration, of block: [Float]) -> [Float] {
    Array(block[declaration.offset..<declaration.offset + declaration.count])
  }
}

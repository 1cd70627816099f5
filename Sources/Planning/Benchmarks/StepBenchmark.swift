import CLIP
import Collectives
import Engine
import Files
import Pairs
import Randomness
import Training

/// Whole training steps on random pairs: forward, loss, backward, reduction, update; what `peers/step.py` times too.
public struct StepBenchmark: Sendable {
  public var batch: Int
  public var chunk: Int
  public var captions: CaptionLengths
  public var steps: Int
  public var threads: Int
  /// Lanes of the batch; nil: one a worker.
  public var lanes: Int?
  public var element: Element
  public var graphs: GraphKeeping
  public var overlaps = true
  public var checkpointsBlocks = false
  public var shardsOptimizer = false

  public init(
    batch: Int, chunk: Int, captions: CaptionLengths, steps: Int, threads: Int, element: Element = .f32,
    graphs: GraphKeeping = .always
  ) {
    self.batch = batch
    self.chunk = chunk
    self.captions = captions
    self.steps = steps
    self.threads = threads
    self.element = element
    self.graphs = graphs
  }

  public struct Result: Sendable {
    /// Median over the steps after two that warm up.
    public let secondsPerStep: Double
    public let flopsPerPair: Double
    /// Operations a second, all workers together, of the step, of a lone product, and of multiply-adds in
    /// registers.
    public let flops: Double
    public let peakFlops: Double
    public let limitFlops: Double
    /// The largest resident memory of this process until then.
    public let peakBytes: Int
    /// Seconds of the median step by phase.
    public let phases: Phases

    public var utilization: Double { flops / peakFlops }
    public var limitUtilization: Double { flops / limitFlops }
  }

  public func run(_ configuration: ModelConfiguration, workers: any Communicator) throws -> Result {
    Threads.count = threads
    let model = CLIPModel(configuration, seed: 0)
    model.parameters.store(as: element)
    let plan = BatchPlan(
      batch: batch, chunk: chunk, lanes: lanes ?? workers.size, workers: workers.size, rank: workers.rank
    ).together(graphs, takesLanes: model.takesLanes, ChunkMemory(of: model, checkpointsBlocks: checkpointsBlocks))
    let exchange = try Exchange(workers, overlaps: overlaps, shardsOptimizer: shardsOptimizer)
    let optimizer = Optimizer(
      model, .init(adamW: AdamW(beta1: 0.9, beta2: 0.98, epsilon: 1e-6), weightDecay: 0.2, clipNorm: nil),
      exchange: exchange)
    let step = TrainingStep(
      model, plan: plan, exchange: exchange, graphs: graphs, recomputesBlocks: checkpointsBlocks)
    let chunks = (0..<plan.chunksPerWorker).map { randomChunk($0 + plan.rank * plan.chunksPerWorker, configuration) }

    var timed: [(seconds: Double, phases: Phases)] = []
    for k in 0..<steps + 2 {
      let start = ContinuousClock.now
      let outcome = try step.run(chunks, update: optimizer.begin(step: k + 1, learningRate: 1e-4))
      if k >= 2 { timed.append(((ContinuousClock.now - start).seconds, outcome.phases)) }
    }
    let median = timed.sorted { $0.seconds < $1.seconds }[timed.count / 2]
    let memory = peakBytes()
    let peak = try workers.together { ProductRate.peak(element) }
    let limit = try workers.together { MultiplyAddRate.limit(element) }
    let cost = StepCost(configuration, captionLengths: captions.first(batch))
    return Result(
      secondsPerStep: median.seconds, flopsPerPair: cost.flopsPerPair,
      flops: (cost.flopsPerPair * Double(batch) + cost.lossFlops(batch: batch)) / median.seconds,
      peakFlops: peak, limitFlops: limit, peakBytes: memory, phases: median.phases)
  }

  /// The batch's n-th chunk.
  private func randomChunk(_ n: Int, _ configuration: ModelConfiguration) -> Batch {
    var random = Philox(seed: 0, purpose: .data, sample: UInt64(n))
    let (side, text) = (configuration.vision.imageSize, configuration.text)
    let images = (0..<chunk * side * side * 3).map { _ in UInt8(truncatingIfNeeded: random.word()) }
    let words = (0..<Int32(text.vocabularySize)).filter { $0 != text.padToken && $0 != text.someEndToken }
    let tokens = text.captions(captions.first(batch)[n * chunk..<(n + 1) * chunk]) {
      words.isEmpty ? text.someEndToken : words[random.index(below: words.count)]
    }
    return Batch(
      images: images, tokens: tokens, samples: Array(0..<chunk), side: side, contextLength: text.contextLength)
  }
}

extension Communicator {
  /// The sum of what all workers measure at once.
  func together(_ rate: () -> Double) throws -> Double {
    try barrier()
    return Double(try sum(Float(rate())))
  }
}

import CLIP
import Collectives
import Engine
import Pairs

/// The distributed contrastive step, up to the sum of all gradients.
///
///     1  features   encode each of my chunks
///     2  gather     everybody's features, while the next chunk is encoded
///     3  loss       log-sum-exps of my rows, tile by tile
///     4  gather     everybody's
///     5  gradient   of my rows
///     6  backward   through each of my chunks, lane by lane
///     7  reduce     sum over lanes and workers, bucket by bucket, while the last chunk's backward still runs
///
/// - Source: design.md §4 and §5.
public final class TrainingStep {
  public let plan: BatchPlan
  private let model: CLIPModel
  private let wire: Wire
  private let loss: ContrastiveLoss
  private let graphs: GraphKeeping
  private let buckets: Buckets
  private let distillation: Distillation?

  /// - Parameters:
  ///   - graphs: which chunks' graphs wait for backward; the others are encoded again, to the same bits.
  ///   - buckets: the optimizer's too.
  public init(
    _ model: CLIPModel, plan: BatchPlan, wire: Wire, graphs: GraphKeeping, buckets: Buckets? = nil,
    distillation: Distillation? = nil
  ) {
    self.model = model
    self.plan = plan
    self.wire = wire
    self.graphs = graphs
    self.buckets = buckets ?? Buckets(model.parameters)
    self.distillation = distillation
    loss = ContrastiveLoss(plan: plan)
  }

  /// What a step found; the same on every worker but for the phases.
  public struct Outcome {
    /// Summed over the global batch, laid out like the parameters' values; with a sharded optimizer only in its shares.
    public let gradients: Tensor
    public let loss: Double
    /// Fraction of pictures whose own text has the largest logit, and the other way round.
    public let imageHits: Double
    public let textHits: Double
    /// Texts of the batch that equal an earlier one.
    public let duplicates: Int
    /// Σ over lanes of |its gradient|².
    public let laneSquares: Double
    /// Of my rows, where it was asked for.
    public let similarities: SimilarityHistogram?
    public let phases: Phases
  }

  /// - Parameter chunks: my chunks of the batch, `plan.chunksPerWorker` of `plan.chunk` pairs.
  public func run(_ chunks: [Batch], phases: Phases = Phases()) throws -> Outcome {
    precondition(chunks.count == plan.chunksPerWorker, "step: \(chunks.count) chunks, \(plan.chunksPerWorker) planned")
    return try run(phases: phases) { chunks[$0] }
  }

  /// - Parameters:
  ///   - measures: whether to count similarities, which takes a quarter of the loss's time.
  ///   - load: gives my n-th chunk of the batch, in order and each once, when it is to be encoded.
  public func run(
    phases: Phases = Phases(), measures: Bool = false, load: (_ n: Int) throws -> Batch
  ) throws -> Outcome {
    var phases = phases
    return try wire.guarding {
      let mine = try encode(&phases, load)
      try phases.wait(.gather) { ((), spent: try wire.background.finish()) }
      let (images, texts, scale) = (mine.images.all, mine.texts.all, model.scale)
      let forward = phases.time(.loss) { loss.forward(images: images, texts: texts, scale: scale) }
      let lse = try phases.time(.gather) {
        try (images: gathered(forward.imageLSE, wire.workers), texts: gathered(forward.textLSE, wire.workers))
      }
      let gradient = phases.time(.loss) {
        loss.backward(
          images: images, texts: texts, imageLSE: lse.images, textLSE: lse.texts, forward: forward, scale: scale)
      }
      let distilled = phases.time(.loss) {
        mine.teacher.map {
          distillation?.run(images.rows(plan.myRows), teacher: $0, addingTo: gradient.dImages) ?? []
        } ?? []
      }
      let reducer = try phases.time(.backward) {
        try backward(
          mine.chunks, mine.graphs, forward: forward, gradient: gradient, distilled: distilled, scale: scale)
      }
      let sum = try phases.wait(.reduce) { try reducer.finish() }
      let similarities = measures ? SimilarityHistogram(images, texts, plan: plan) : nil
      return outcome(sum, texts: texts, similarities, phases)
    }
  }

  /// Starts to gather the features of all chunks, and keeps the graphs that wait for backward.
  private func encode(_ phases: inout Phases, _ load: (_ n: Int) throws -> Batch) throws -> Encoded {
    let width = model.configuration.embeddingWidth
    let images = FeatureGather(width: width, plan: plan, background: wire.background)
    let texts = FeatureGather(width: width, plan: plan, background: wire.background)
    let teacher = distillation.map { _ in Tensor(shape: [plan.rowsPerWorker, width]) }
    var (chunks, graphs) = ([Batch](), KeptGraphs(graphs, of: plan.chunksPerWorker))
    for n in 0..<plan.chunksPerWorker {
      let chunk = try phases.time(.data) { try load(n) }
      precondition(chunk.count == plan.chunk, "step: a chunk of \(chunk.count), \(plan.chunk) planned")
      chunks.append(chunk)
      try phases.time(.encode) {
        try graphs.encode(n) { learns in
          let features = try ChunkFeatures(chunk, model, learns: learns) { try images.add($0, chunk: n) }
          try texts.add(features.texts, chunk: n)
          return features
        }
        if let distillation { teacher?.rows(plan.rows(ofMyChunk: n)).set(distillation.features(chunk)) }
      }
    }
    return Encoded(chunks: chunks, images: images, texts: texts, teacher: teacher, graphs: graphs)
  }

  /// My chunks, whose pictures stay bytes, and what encoding them gave.
  private struct Encoded {
    let chunks: [Batch]
    let images: FeatureGather
    let texts: FeatureGather
    /// The teacher's of my pictures, where there is one.
    let teacher: Tensor?
    let graphs: KeptGraphs
  }

  /// Runs all my chunks backward; the last lane's gradients leave as they come.
  private func backward(
    _ chunks: [Batch], _ graphs: KeptGraphs, forward: ContrastiveLoss.Forward, gradient: ContrastiveLoss.Backward,
    distilled: [Double], scale: Float
  ) throws -> GradientReducer {
    var (graphs, sum) = (graphs, LaneSum())
    for (i, lane) in plan.myLanes.enumerated() {
      let block = GradientBlock(model.parameters)
      block.clearPadding()
      note(lane, forward, distilled, in: block)
      let reducer =
        i == plan.myLanes.count - 1 ? GradientReducer(block, after: sum, model.parameters, buckets, wire) : nil
      model.parameters.collectGradients(in: block.tensor)
      for n in plan.chunks(ofMyLane: i) {
        let features = graphs.take(n) ?? ChunkFeatures(again: chunks[n], model)
        let rows = plan.rows(ofMyChunk: n)
        let isLast = n == plan.chunksPerWorker - 1
        try Engine.backward(
          [(features.images, gradient.dImages.rows(rows)), (features.texts, gradient.dTexts.rows(rows))],
          finished: isLast ? reducer?.finished : nil)
      }
      model.parameters.finishCollecting()
      // ∂L/∂logit_scale = s ∂L/∂s
      block.part(model.logScale.declaration).fill(scale * Float(gradient.dScale[i]))
      if let reducer { return reducer }
      block[.laneSquares] = Float(block.squares(buckets))
      sum.add(block.tensor)
    }
    preconditionFailure("step: worker \(plan.rank) has no lane")
  }

  /// What a lane adds to what every worker wants to know.
  private func note(
    _ lane: Int, _ forward: ContrastiveLoss.Forward, _ distilled: [Double], in block: GradientBlock
  ) {
    let rows = loss.laneRows(lane)
    block[.loss] = Float(loss.loss(ofLane: lane, forward) + (distilled.isEmpty ? 0 : distilled[rows].reduce(0, +)))
    block[.imageHits] = Float(forward.imageHits[rows].count { $0 })
    block[.textHits] = Float(forward.textHits[rows].count { $0 })
  }

  private func outcome(
    _ sum: GradientBlock, texts: Tensor, _ similarities: SimilarityHistogram?, _ phases: Phases
  ) -> Outcome {
    Outcome(
      gradients: sum.gradients, loss: Double(sum[.loss]), imageHits: Double(sum[.imageHits]) / Double(plan.batch),
      textHits: Double(sum[.textHits]) / Double(plan.batch), duplicates: countDuplicates(texts),
      laneSquares: Double(sum[.laneSquares]), similarities: similarities, phases: phases)
  }
}

/// A chunk's unit features, with their graph if the parameters learned while they were made.
struct ChunkFeatures {
  let images: Tensor
  let texts: Tensor

  /// - Parameter imagesDone: gets the pictures' features before the texts are encoded.
  init(_ chunk: Batch, _ model: CLIPModel, learns: Bool, imagesDone: (Tensor) throws -> Void = { _ in }) throws {
    model.parameters.learns = learns
    images = model.imageFeatures(chunk.images, mode: chunk.mode(.image, of: model))
    try imagesDone(images)
    texts = model.textFeatures(chunk.tokens, mode: chunk.mode(.text, of: model))
  }

  /// For backward alone: a tower that is locked isn't encoded a second time, and its numbers aren't set.
  init(again chunk: Batch, _ model: CLIPModel) {
    model.parameters.learns = true
    let unset = Tensor(shape: [chunk.count, model.configuration.embeddingWidth])
    images = model.learns(.image) ? model.imageFeatures(chunk.images, mode: chunk.mode(.image, of: model)) : unset
    texts = model.learns(.text) ? model.textFeatures(chunk.tokens, mode: chunk.mode(.text, of: model)) : unset
  }
}

extension Batch {
  /// A tower of which nothing learns is one to be evaluated: its running statistics stay and are used (OpenCLIP's
  /// freeze_bn_stats), and it sees all patches.
  fileprivate func mode(_ tower: Tower, of model: CLIPModel) -> EncodingMode {
    guard model.learns(tower) else { return .evaluation }
    return .training(samples: zip(epochs, samples).map { SampleKey(seed: seed, epoch: $0, sample: $1) })
  }
}

/// Texts whose embedding equals an earlier one's within the rounding that another trimmed length brings.
private func countDuplicates(_ texts: Tensor) -> Int {
  let (rows, width) = (texts.rows, texts.width)
  let values = texts.buffer
  let order = (0..<rows).sorted { (values[$0 * width], $0) < (values[$1 * width], $1) }
  let tolerance: Float = 1e-6
  func equal(_ a: Int, _ b: Int) -> Bool {
    (0..<width).allSatisfy { abs(values[a * width + $0] - values[b * width + $0]) <= tolerance }
  }
  return order.indices.count { at in
    order[..<at].reversed().prefix { values[order[at] * width] - values[$0 * width] <= tolerance }.contains {
      equal(order[at], $0)
    }
  }
}

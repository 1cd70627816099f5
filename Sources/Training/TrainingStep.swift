import CLIP
import Collectives
import Engine
import Pairs

/// The distributed contrastive step, up to the sum of all gradients.
///
///     encode my chunks → gather features → log-sum-exps of my rows → gather them → gradients of my rows
///     → backward through my chunks, lane by lane → sum over lanes and workers
///
/// - Source: design.md §4 and §5.
public final class TrainingStep {
  public let plan: BatchPlan
  private let model: CLIPModel
  private let workers: any Communicator
  private let loss: any PairLoss
  private let graphs: GraphKeeping
  private let reduction: Reduction
  private let distillation: Distillation?

  /// - Parameters:
  ///   - graphs: which chunks' graphs wait for backward; the others are encoded again, to the same bits.
  ///   - loss: nil for CLIP's softmax.
  public init(
    _ model: CLIPModel, plan: BatchPlan, workers: any Communicator, graphs: GraphKeeping, reduction: Reduction = .exact,
    loss: (any PairLoss)? = nil, distillation: Distillation? = nil
  ) {
    self.model = model
    self.plan = plan
    self.workers = workers
    self.graphs = graphs
    self.reduction = reduction
    self.distillation = distillation
    self.loss = loss ?? ContrastiveLoss(plan: plan)
  }

  /// What a step found; the same on every worker but for the phases.
  public struct Outcome {
    /// Summed over the global batch, laid out like the parameters' values.
    public let gradients: Tensor
    public let loss: Double
    /// Fraction of pictures whose own text has the largest logit, and the other way round.
    public let imageHits: Double
    public let textHits: Double
    /// Texts of the batch that equal an earlier one.
    public let duplicates: Int
    public let phases: Phases
  }

  /// - Parameters:
  ///   - chunks: my chunks of the batch, `plan.chunksPerWorker` of `plan.chunk` pairs.
  ///   - step: steps done before this one.
  public func run(_ chunks: [Batch], step: Int = 0, phases: Phases = Phases()) throws -> Outcome {
    precondition(
      chunks.count == plan.chunksPerWorker && chunks.allSatisfy { $0.count == plan.chunk },
      "step: chunks of \(chunks.map(\.count)), planned \(plan.chunksPerWorker) × \(plan.chunk)")
    var phases = phases
    let mine = phases.time(.encode) { encode(chunks) }
    let all = try phases.time(.gather) {
      try PairBatch(
        images: gathered(mine.images, workers), texts: gathered(mine.texts, workers), scale: model.scale,
        bias: model.bias, step: step, labels: .gathered(chunks, loss.labels, workers))
    }
    let half = phases.time(.loss) { loss.begin(all) }
    let statistics = try phases.time(.gather) { try half.statistics.map { try gathered($0, workers) } }
    let parts = phases.time(.loss) { half.finish(statistics) }
    let distilled = phases.time(.loss) {
      mine.teacher.map { distillation?.run(mine.images, teacher: $0, addingTo: parts.dImages) ?? [] } ?? []
    }
    let sum = try phases.time(.backward) {
      try sumOfMyLanes(chunks, mine.graphs, parts, distilled: distilled, scale: all.scale)
    }
    try phases.time(.reduce) { try reduce(sum.tensor) }
    return Outcome(
      gradients: sum.gradients, loss: Double(sum[.loss]), imageHits: Double(sum[.imageHits]) / Double(plan.batch),
      textHits: Double(sum[.textHits]) / Double(plan.batch),
      duplicates: RowLabels.repeated(all.labels.captions) ?? countDuplicates(all.texts), phases: phases)
  }

  /// Features of all my rows, and the graphs that wait for backward.
  private func encode(_ chunks: [Batch]) -> (
    images: Tensor, texts: Tensor, teacher: Tensor?, graphs: [Int: ChunkFeatures]
  ) {
    let shape = [plan.rowsPerWorker, model.configuration.embeddingWidth]
    let (images, texts) = (Tensor(shape: shape), Tensor(shape: shape))
    let teacher = distillation.map { _ in Tensor(shape: shape) }
    var kept = KeptGraphs(graphs, of: chunks.count)
    for (n, chunk) in chunks.enumerated() {
      let features = kept.encode(n) { ChunkFeatures(chunk, model, learns: $0) }
      images.rows(plan.rows(ofMyChunk: n)).set(features.images)
      texts.rows(plan.rows(ofMyChunk: n)).set(features.texts)
      if let distillation { teacher?.rows(plan.rows(ofMyChunk: n)).set(distillation.features(chunk)) }
    }
    return (images, texts, teacher, kept.graphs)
  }

  private func sumOfMyLanes(
    _ chunks: [Batch], _ graphs: [Int: ChunkFeatures], _ parts: LossParts, distilled: [Double], scale: Float
  ) throws -> GradientBlock {
    var graphs = graphs
    var sum = LaneSum()
    for (i, part) in parts.lanes.enumerated() {
      let block = GradientBlock(model.parameters)
      model.parameters.collectGradients(in: block.tensor)
      for n in i * plan.chunksPerLane..<(i + 1) * plan.chunksPerLane {
        let features = graphs.removeValue(forKey: n) ?? ChunkFeatures(again: chunks[n], model)
        let rows = plan.rows(ofMyChunk: n)
        try Engine.backward([
          (features.images, parts.dImages.rows(rows)), (features.texts, parts.dTexts.rows(rows)),
        ])
      }
      model.parameters.finishCollecting()
      block.clearPadding()
      // ∂L/∂logit_scale = s ∂L/∂s
      block.part(model.logScale.declaration).fill(scale * Float(part.dScale))
      model.biasDeclaration.map { block.part($0).fill(Float(part.dBias)) }
      let rows = plan.myRows(ofLane: plan.myLanes.lowerBound + i)
      block[.loss] = Float(part.loss + (distilled.isEmpty ? 0 : distilled[rows].reduce(0, +)))
      block[.imageHits] = Float(part.imageHits)
      block[.textHits] = Float(part.textHits)
      sum.add(block.tensor)
    }
    return GradientBlock(model.parameters, sum.total)
  }

  private func reduce(_ block: Tensor) throws {
    switch reduction {
    case .exact: try workers.treeReduce(block.buffer)
    case .fast: try workers.allReduce(block.buffer)
    }
  }
}

/// A chunk's unit features, with their graph if the parameters learned while they were made.
struct ChunkFeatures {
  let images: Tensor
  let texts: Tensor

  init(_ chunk: Batch, _ model: CLIPModel, learns: Bool) {
    model.parameters.learns = learns
    images = model.imageFeatures(chunk.images, mode: chunk.mode(.image, of: model))
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

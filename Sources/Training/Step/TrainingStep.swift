import CLIP
import Collectives
import Engine
import Pairs

/// The distributed contrastive step, up to the sum of all gradients and, where that can be, their update.
///
///     1  features   encode each of my chunks
///     2  gather     everybody's features, while the next chunk is encoded
///     3  loss       statistics of my rows, tile by tile: for CLIP's loss log-sum-exps
///     4  gather     everybody's
///     5  gradient   of my rows
///     6  backward   through each of my chunks, lane by lane
///     7  reduce     sum over lanes and workers, bucket by bucket, while the last chunk's backward still runs
///     8  update     a bucket whose sum is there, if nothing clips
///
/// - Source: design.md §4 and §5.
public final class TrainingStep {
  public let plan: BatchPlan
  private let model: CLIPModel
  private let wire: Wire
  private let loss: any PairLoss
  private let graphs: GraphKeeping
  private let buckets: Buckets
  private let distillation: Distillation?
  private let recomputesBlocks: Bool
  private let bytesInFlight: Int

  /// - Parameters:
  ///   - graphs: which chunks' graphs wait for backward; the others are encoded again, to the same bits.
  ///   - buckets: the optimizer's too.
  ///   - loss: nil for CLIP's softmax.
  ///   - recomputesBlocks: whether a graph's blocks drop their interior: see `Pass`.
  ///   - bytesInFlight: of gradients on their way, where they'd be let go of; nil: see `GradientReducer`.
  public init(
    _ model: CLIPModel, plan: BatchPlan, wire: Wire, graphs: GraphKeeping, buckets: Buckets? = nil,
    loss: (any PairLoss)? = nil, distillation: Distillation? = nil, recomputesBlocks: Bool = false,
    bytesInFlight: Int? = nil
  ) {
    self.model = model
    self.plan = plan
    self.wire = wire
    self.graphs = graphs
    self.buckets = buckets ?? Buckets(model.parameters.layout)
    self.loss = loss ?? ContrastiveLoss(plan: plan)
    self.distillation = distillation
    self.recomputesBlocks = recomputesBlocks
    self.bytesInFlight = bytesInFlight ?? GradientReducer.usualBytesInFlight
  }

  /// What a step found; the same on every worker but for the phases.
  public struct Outcome {
    /// Gradients summed over the global batch, without those that are updated already; with a sharded optimizer they are whole
    /// only in its shares.
    public let sums: BucketedGradients
    public let loss: Double
    /// Fraction of pictures whose own text has the largest logit, and the other way round.
    public let imageHits: Double
    public let textHits: Double
    /// Captions of the batch that equal an earlier one, and pictures.
    public let duplicateCaptions: Int
    public let duplicatePictures: Int
    /// Σ over lanes of |its gradient|²; NaN with one.
    public let laneSquares: Double
    /// Of my rows, where it was asked for.
    public let similarities: SimilarityHistogram?
    public let phases: Phases
  }

  /// - Parameter chunks: my chunks of the batch, `plan.chunksPerWorker` of `plan.chunk` pairs.
  public func run(
    _ chunks: [Batch], step: Int = 0, phases: Phases = Phases(), update: Optimizer.Update? = nil
  ) throws -> Outcome {
    precondition(chunks.count == plan.chunksPerWorker, "step: \(chunks.count) chunks, \(plan.chunksPerWorker) planned")
    return try run(step: step, phases: phases, update: update) { chunks[$0] }
  }

  /// - Parameters:
  ///   - step: steps done before this one.
  ///   - measures: whether to count similarities, which takes a quarter of the loss's time.
  ///   - update: gets each bucket's sum as soon as it is there, and is to be finished with the outcome's.
  ///   - load: gives my n-th chunk of the batch, in order and each once, when it is to be encoded.
  public func run(
    step: Int = 0, phases: Phases = Phases(), measures: Bool = false, update: Optimizer.Update? = nil,
    load: (_ n: Int) throws -> Batch
  ) throws -> Outcome {
    precondition(update.map { $0.buckets.ranges == buckets.ranges } ?? true, "step: an update of other buckets")
    var phases = phases
    return try wire.guarding {
      let mine = try encode(&phases, load)
      try phases.wait(.gather) { ((), spent: try wire.finish()) }
      let all = try phases.time(.gather) {
        try PairBatch(
          images: mine.images.all, texts: mine.texts.all, scale: model.scale, bias: model.bias, step: step,
          labels: .gathered(mine.chunks, loss.labels, wire.workers))
      }
      let contents = try phases.time(.gather) { try gatherContents(mine.chunks, all.labels) }
      let half = phases.time(.loss) { loss.begin(all) }
      let statistics = try phases.time(.gather) { try half.statistics.map { try gathered($0, wire.workers) } }
      let parts = phases.time(.loss) { withTeacher(half.finish(statistics), mine) }
      let reducer = try phases.time(.backward) { try backward(mine, parts, scale: all.scale, update) }
      let amid = reducer.seconds
      let sum = try phases.wait(.reduce) { try reducer.finish() }
      phases.move(amid.waiting, from: .backward, to: .reduce)
      phases.move(amid.updating, from: .backward, to: .update)
      phases.move(reducer.seconds.updating - amid.updating, from: .reduce, to: .update)
      let similarities = measures ? SimilarityHistogram(all.images, all.texts, plan: plan) : nil
      return outcome(sum, contents, similarities, phases)
    }
  }

  /// Captions and pictures of all rows, which the loss may have asked for already.
  private func gatherContents(_ chunks: [Batch], _ labels: RowLabels) throws -> RowLabels {
    guard labels.captions.isEmpty else { return labels }
    return try wire.workers.uncounted { try .gathered(chunks, .contents, wire.workers) }
  }

  /// Starts to gather the features of all chunks, and keeps the graphs that wait for backward.
  private func encode(_ phases: inout Phases, _ load: (_ n: Int) throws -> Batch) throws -> Encoded {
    let width = model.configuration.embeddingWidth
    let images = FeatureGather(width: width, plan: plan, wire: wire)
    let texts = FeatureGather(width: width, plan: plan, wire: wire)
    let distills = distillation != nil
    let teacher = distills ? Tensor(shape: [plan.rowsPerWorker, width]) : nil
    let token = distills && model.hasDistillationToken ? TokenRows(plan.rowsPerWorker, width) : nil
    var (chunks, graphs) = ([Batch](), KeptGraphs(graphs, of: plan.chunksPerWorker))
    for n in 0..<plan.chunksPerWorker {
      let chunk = try phases.time(.data) { try load(n) }
      precondition(chunk.count == plan.chunk, "step: a chunk of \(chunk.count), \(plan.chunk) planned")
      chunks.append(chunk)
      try phases.time(.encode) {
        try graphs.encode(n) { learns in
          let features = try ChunkFeatures(
            chunk, model, learns: learns, recomputesBlocks: recomputesBlocks, distills: distills
          ) {
            try images.add($0, chunk: n)
          }
          try texts.add(features.texts, chunk: n)
          if let distilled = features.distilled { token?.features.rows(plan.rows(ofMyChunk: n)).set(distilled) }
          return features
        }
        if let distillation { teacher?.rows(plan.rows(ofMyChunk: n)).set(distillation.features(chunk)) }
      }
    }
    return Encoded(chunks: chunks, images: images, texts: texts, teacher: teacher, token: token, graphs: graphs)
  }

  /// My chunks, whose pictures stay bytes, and what encoding them gave.
  private struct Encoded {
    let chunks: [Batch]
    let images: FeatureGather
    let texts: FeatureGather
    /// The teacher's of my pictures, where there is one.
    let teacher: Tensor?
    let token: TokenRows?
    let graphs: KeptGraphs
  }

  /// The distillation token's features of my pictures, and their gradient.
  private struct TokenRows {
    let features: Tensor
    let gradient: Tensor

    init(_ rows: Int, _ width: Int) {
      features = Tensor(shape: [rows, width])
      gradient = Tensor(shape: [rows, width], repeating: 0)
    }
  }

  /// The same with the teacher's loss, where there is one; its gradient goes where its student's rows come from.
  private func withTeacher(_ parts: LossParts, _ mine: Encoded) -> LossParts {
    guard let distillation, let teacher = mine.teacher else { return parts }
    let student = mine.token?.features ?? mine.images.all.rows(plan.myRows)
    let distilled = distillation.run(student, teacher: teacher, addingTo: mine.token?.gradient ?? parts.dImages)
    let lanes = zip(plan.myLanes, parts.lanes).map { lane, part in
      var part = part
      part.loss += distilled[plan.myRows(ofLane: lane)].reduce(0, +)
      return part
    }
    return LossParts(dImages: parts.dImages, dTexts: parts.dTexts, lanes: lanes)
  }

  /// Runs all my chunks backward; the last lane's gradients leave as they come.
  private func backward(
    _ mine: Encoded, _ parts: LossParts, scale: Float, _ update: Optimizer.Update?
  ) throws -> GradientReducer {
    var (graphs, sum) = (mine.graphs, LaneSum())
    for (i, part) in parts.lanes.enumerated() {
      let block = BucketedGradients(buckets)
      note(part, in: block)
      let reducer = i == parts.lanes.count - 1 ? reducer(block, after: sum, update) : nil
      model.parameters.collectGradients { block.part($0) }
      for n in plan.chunks(ofMyLane: i) {
        let features =
          graphs.take(n)
          ?? ChunkFeatures(
            again: mine.chunks[n], model, recomputesBlocks: recomputesBlocks, distills: mine.token != nil)
        let rows = plan.rows(ofMyChunk: n)
        let isLast = n == plan.chunksPerWorker - 1
        var outputs = [(features.images, parts.dImages.rows(rows)), (features.texts, parts.dTexts.rows(rows))]
        if let distilled = features.distilled, let token = mine.token {
          outputs.append((distilled, token.gradient.rows(rows)))
        }
        try Engine.backward(outputs, finished: isLast ? reducer?.finished : nil)
      }
      model.parameters.finishCollecting()
      // ∂L/∂logit_scale = s ∂L/∂s
      block.part(model.logScale.declaration).fill(scale * Float(part.dScale))
      if let bias = model.logBias { block.part(bias.declaration).fill(Float(part.dBias)) }
      if let reducer { return reducer }
      block[.laneSquares] = Float(block.squares)
      sum.add(block)
    }
    preconditionFailure("step: worker \(plan.rank) has no lane")
  }

  private func reducer(
    _ last: BucketedGradients, after others: LaneSum, _ update: Optimizer.Update?
  ) -> GradientReducer {
    GradientReducer(
      last, after: others, model.parameters, wire, countsSquares: plan.lanes > 1, update: update,
      bytesInFlight: bytesInFlight)
  }

  /// What a lane adds to what every worker wants to know.
  private func note(_ part: LossParts.Lane, in block: BucketedGradients) {
    block[.loss] = Float(part.loss)
    block[.imageHits] = Float(part.imageHits)
    block[.textHits] = Float(part.textHits)
  }

  private func outcome(
    _ sum: BucketedGradients, _ contents: RowLabels, _ similarities: SimilarityHistogram?, _ phases: Phases
  ) -> Outcome {
    Outcome(
      sums: sum, loss: Double(sum[.loss]), imageHits: Double(sum[.imageHits]) / Double(plan.batch),
      textHits: Double(sum[.textHits]) / Double(plan.batch),
      duplicateCaptions: RowLabels.repeated(contents.captions),
      duplicatePictures: RowLabels.repeated(contents.pictures),
      laneSquares: Double(sum[.laneSquares]), similarities: similarities, phases: phases)
  }
}

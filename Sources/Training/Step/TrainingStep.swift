import CLIP
import Collectives
import Engine
import Pairs

/// The distributed contrastive step.
///
///     1  features   encode each of my chunks
///     2  gather     everybody's features, while the next chunk is encoded
///     3  loss       statistics of my rows, tile by tile: for CLIP's loss log-sum-exps
///     4  gather     everybody's
///     5  gradient   of my rows
///     6  backward   through each of my chunks, lane by lane
///     7  reduce     sum over lanes and workers, bucket by bucket, while the last chunk's backward still runs
///     8  update     a bucket as soon as its sum is there; if the norm clips, all at the end
///
/// Each part times its own phases, on the exchange's clock. Why the result has the same bits on any number of workers
/// says `EXACTNESS.md`.
public final class TrainingStep {
  public let plan: BatchPlan
  private let model: CLIPModel
  private let exchange: Exchange
  /// Nil of a supervised model, whose row loss is all.
  private let loss: (any PairLoss)?
  private let rowLoss: (any RowLoss)?
  private let graphs: GraphKeeping
  private let recomputesBlocks: Bool
  private let textDropout: Float
  private let buckets: Buckets
  private let bytesInFlight: Int

  /// A step of one worker, to be run over and over: it holds nothing between two of them.
  ///
  /// - Parameters:
  ///   - graphs: which chunks' graphs wait for backward; the others are encoded again, to the same bits.
  ///   - buckets: the optimizer's too.
  ///   - loss: nil for CLIP's softmax. A supervised model has none.
  ///   - rowLoss: beside it, a teacher's. A supervised model's is `ClassLoss` where it is nil.
  ///   - recomputesBlocks: whether a graph's blocks drop their interior: see `Pass`.
  ///   - textDropout: the share that a BERT leaves out, see `Pass.dropoutShare`.
  ///   - bytesInFlight: of gradients on their way, where they'd be let go of; nil: see `GradientReducer`.
  public init(
    _ model: CLIPModel, plan: BatchPlan, exchange: Exchange, graphs: GraphKeeping, buckets: Buckets? = nil,
    loss: (any PairLoss)? = nil, rowLoss: (any RowLoss)? = nil, recomputesBlocks: Bool = false,
    textDropout: Float = 0, bytesInFlight: Int? = nil
  ) {
    self.model = model
    self.plan = plan
    self.exchange = exchange
    self.graphs = graphs
    self.recomputesBlocks = recomputesBlocks
    self.textDropout = textDropout
    self.buckets = buckets ?? Buckets(model.parameters.layout)
    self.loss =
      model.isSupervised ? nil : TimedLoss(loss: loss ?? ContrastiveLoss(plan: plan), clock: exchange.clock)
    self.rowLoss = rowLoss ?? (model.isSupervised ? ClassLoss(batch: plan.batch) : nil)
    self.bytesInFlight = bytesInFlight ?? GradientReducer.usualBytesInFlight
  }

  /// What a step found; the same on every worker but for the phases.
  public struct Outcome {
    /// Gradients summed over the global batch, without those that are updated already; with a sharded optimizer they
    /// are whole only in its shares.
    public let sums: BucketedGradients
    /// The gradient's norms, before clipping; nil where nothing was updated.
    public let norms: GradientNorms?
    public let loss: Double
    /// What cosines were multiplied by: the scale before the update.
    public let scale: Float
    /// Fraction of pictures whose own text, or class, has the largest logit, and of texts whose picture has; NaN of
    /// the latter where there are no texts.
    public let imageHits: Double
    public let textHits: Double
    /// Captions of the batch that equal an earlier one, pictures, and labels where chunks have some.
    public let duplicateCaptions: Int
    public let duplicatePictures: Int
    public let duplicateLabels: Int
    /// Others of the batch that have neither a pair's caption nor its picture, in the mean over its pairs; NaN where
    /// pairs aren't compared.
    public let effectiveNegatives: Double
    /// Wrong captions that a pair came with, in the mean; NaN where none are asked for.
    public let hardNegatives: Double
    public let constant: ConstantFeatures
    /// Σ over lanes of |the lane's gradient|², for `NoiseScale`; NaN with one lane.
    public let laneSquares: Double
    /// How the cosines of my rows are distributed; nil where it wasn't asked for.
    public let similarities: SimilarityHistogram?
    public let phases: Phases
  }

  /// Runs a step on chunks that are there already.
  ///
  /// - Parameter chunks: my chunks of the batch, `plan.chunksPerWorker` of `plan.chunk` pairs.
  public func run(_ chunks: [Batch], step: Int = 0, update: Optimizer.Update? = nil) throws -> Outcome {
    precondition(chunks.count == plan.chunksPerWorker, "step: \(chunks.count) chunks, \(plan.chunksPerWorker) planned")
    return try run(step: step, update: update) { chunks[$0] }
  }

  /// Runs a step whose chunks are loaded one by one. Called by all workers.
  ///
  /// - Parameters:
  ///   - step: steps done before this one.
  ///   - measures: whether to count similarities, which takes a quarter of the loss's time.
  ///   - update: what to do with the gradient; nil: the outcome has it.
  ///   - load: gives my n-th chunk of the batch, in order and each once, when it is to be encoded.
  /// - Throws: `NotFiniteFeatures`, on all workers alike, unless the update skips such steps.
  public func run(
    step: Int = 0, measures: Bool = false, update: Optimizer.Update? = nil, load: (_ n: Int) throws -> Batch
  ) throws -> Outcome {
    precondition(update.map { $0.buckets.ranges == buckets.ranges } ?? true, "step: an update of other buckets")
    return try exchange.guarding {
      exchange.clock.restart()
      let mine = try encode(load)
      let skips = update?.skipsNotFinite == true
      let found = try loss.map { try contrast($0, of: mine, step, skips) } ?? classify(mine, skips)
      let reducer = try backward(mine, found.parts, scale: found.scale, update)
      let sums = try reducer.sum()
      let norms = try update?.applyRest(of: sums)

      return Outcome(
        sums: sums, norms: norms, loss: Double(sums[.loss]), scale: found.scale,
        imageHits: Double(sums[.imageHits]) / Double(plan.batch),
        textHits: loss == nil ? .nan : Double(sums[.textHits]) / Double(plan.batch),
        duplicateCaptions: RowLabels.repeated(found.contents.captions),
        duplicatePictures: RowLabels.repeated(found.contents.pictures), duplicateLabels: found.contents.repeatedLabels,
        effectiveNegatives: found.contents.effectiveNegatives,
        hardNegatives: found.batch?.hardNegativesPerPair ?? .nan, constant: ConstantFeatures(found.batch),
        laneSquares: Double(sums[.laneSquares]),
        similarities: measures ? found.batch.map { SimilarityHistogram($0, found.contents, plan: plan) } : nil,
        phases: exchange.clock.phases)
    }
  }

  /// What the loss says of my rows, and what else is known of the batch.
  private struct Found {
    let parts: LossParts
    let scale: Float
    var contents = RowLabels()
    /// Nil where nothing was gathered.
    var batch: PairBatch?
  }

  /// The loss over all pairs, and the row loss beside it.
  private func contrast(
    _ loss: any PairLoss, of mine: EncodedChunks, _ step: Int, _ skipsNotFinite: Bool
  ) throws -> Found {
    let (batch, contents) = try gather(mine, loss.labels, step)
    if !skipsNotFinite, let found = NotFiniteFeatures(batch) { throw found }
    let pending = loss.begin(batch)
    let statistics = try exchange.gathered(pending.statistics)
    let parts = mine.addingRowLoss(to: pending.gradients(statistics), scale: batch.scale).parts
    return Found(parts: parts, scale: batch.scale, contents: contents, batch: batch)
  }

  /// The row loss alone, of which no more than each row's number is gathered.
  private func classify(_ mine: EncodedChunks, _ skipsNotFinite: Bool) throws -> Found {
    let scale = model.scale
    let (parts, losses) = mine.addingRowLoss(to: LossParts(lanes: plan.myLanes.count), scale: scale)
    if !skipsNotFinite {
      let all = try exchange.gathered([Tensor(shape: [losses.count], losses.map { Float($0) })])[0]
      if let found = NotFiniteFeatures(all) { throw found }
    }
    return Found(parts: parts, scale: scale)
  }

  /// Encodes all my chunks and starts to gather their features.
  private func encode(_ load: (_ n: Int) throws -> Batch) throws -> EncodedChunks {
    let mine = EncodedChunks(
      model, plan, exchange, graphs: graphs, recomputesBlocks: recomputesBlocks, textDropout: textDropout,
      rowLoss: rowLoss)
    for n in 0..<plan.passesPerWorker {
      try mine.encode(try exchange.clock.time(.data) { try plan.chunks(ofMyPass: n).map(load) })
    }
    return mine
  }

  /// The batch, once all features are there, and its captions, pictures and labels, which the loss may have asked for or
  /// not.
  private func gather(
    _ mine: EncodedChunks, _ kinds: RowLabels.Kinds, _ step: Int
  ) throws -> (batch: PairBatch, contents: RowLabels) {
    try exchange.waitForAll(in: .gather)
    return try exchange.clock.time(.gather) {
      let workers = exchange.workers
      let labels = try RowLabels.gathered(mine.chunks, kinds, workers)
      let batch = PairBatch(
        images: mine.images, texts: mine.texts, hardNegatives: mine.hardNegatives, scale: model.scale, bias: model.bias,
        step: step, labels: labels)
      let known = RowLabels.Kinds(of: mine.chunks)
      guard !known.isSubset(of: kinds) else { return (batch, labels) }
      return (batch, try workers.uncounted { try .gathered(mine.chunks, known, workers) })
    }
  }

  /// Runs all my passes backward; the last lanes' gradients leave as they come.
  private func backward(
    _ mine: EncodedChunks, _ parts: LossParts, scale: Float, _ update: Optimizer.Update?
  ) throws -> GradientReducer {
    try exchange.clock.time(.backward) {
      var others = LaneSum()
      for group in 0..<plan.laneGroups - 1 {
        let gradients = BucketedGradients(buckets)
        try backward(group, mine, parts, scale: scale, into: gradients)
        if mine.lanes == nil { gradients[.laneSquares] = Float(gradients.squares) }
        others.add(gradients)
      }
      let last = BucketedGradients(buckets)
      let reducer = GradientReducer(
        last, after: others, model.parameters, exchange, countsSquares: plan.lanes > 1 && mine.lanes == nil,
        update: update, bytesInFlight: bytesInFlight)
      try backward(plan.laneGroups - 1, mine, parts, scale: scale, into: last, reducer)
      return reducer
    }
  }

  /// Runs the passes of a group of my lanes backward, and collects their gradients and the lanes' sums.
  ///
  /// - Parameter reducer: hears of gradients that are there amid the last pass.
  private func backward(
    _ group: Int, _ mine: EncodedChunks, _ parts: LossParts, scale: Float, into gradients: BucketedGradients,
    _ reducer: GradientReducer? = nil
  ) throws {
    model.parameters.countLaneSquares(lanes: plan.together)
    model.parameters.collectGradients { gradients.part($0) }
    for n in plan.passes(ofMyGroup: group) {
      let outputs = parts.outputs(mine.graph(ofPass: n), plan.rows(ofMyPass: n))
      let isLast = n == plan.passesPerWorker - 1
      try Engine.backward(outputs, finished: isLast ? reducer?.passed : nil)
    }
    model.parameters.finishCollecting()
    let lanes = parts.lanes[plan.lanes(ofMyGroup: group)]
    gradients.note(lanes)
    // ∂L/∂logit_scale = s ∂L/∂s
    collect(lanes.map { scale * Float($0.dScale) }, of: model.logScale, into: gradients)
    if let bias = model.logBias { collect(lanes.map { Float($0.dBias) }, of: bias, into: gradients) }
    if plan.lanes == 1 {
      gradients[.laneSquares] = .nan
    } else if mine.lanes != nil {
      gradients[.laneSquares] = lanes.indices.map { Float(model.parameters.laneSquares($0 - lanes.startIndex)) }.treeSum
    }
  }

  /// Puts a single number's gradient, found lane by lane, in its place.
  private func collect(_ parts: [Float], of parameter: Parameter, into gradients: BucketedGradients) {
    for (lane, part) in parts.enumerated() { parameter.noteSquares(Double(part) * Double(part), lane: lane) }
    gradients.part(parameter.declaration).fill(parts.treeSum)
  }
}

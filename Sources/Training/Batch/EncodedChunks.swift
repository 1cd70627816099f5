import CLIP
import Engine
import Pairs

/// My chunks of a step's batch as they are encoded: their features by source, and the graphs that wait for backward.
final class EncodedChunks {
  private let model: CLIPModel
  private let plan: BatchPlan
  private let clock: PhaseClock
  private let recomputesBlocks: Bool
  private let textDropout: Float
  private let rowLoss: (any RowLoss)?
  private let gathers: (images: FeatureGather, texts: FeatureGather)?
  /// Those of all of a pair's wrong captions as one row; nil where chunks have none.
  private var wrongGather: FeatureGather?
  private let exchange: Exchange
  /// What the row loss looks at of my rows where no other worker needs it; nil where it looks at what is gathered.
  private let own: Tensor?
  private let distills: Bool
  /// What the row loss compares my rows with, `[myRows, width]`, once there is something.
  private var targets: Tensor?
  /// Each pass's so far, in order. Their pictures stay bytes.
  private(set) var chunks: [Batch] = []
  private var graphs: KeptGraphs

  init(
    _ model: CLIPModel, _ plan: BatchPlan, _ exchange: Exchange, graphs: GraphKeeping, recomputesBlocks: Bool,
    textDropout: Float, rowLoss: (any RowLoss)?
  ) {
    (self.model, self.plan, self.rowLoss, clock) = (model, plan, rowLoss, exchange.clock)
    self.exchange = exchange
    (self.recomputesBlocks, self.textDropout) = (recomputesBlocks, textDropout)
    let width = model.configuration.embeddingWidth
    func gather() -> FeatureGather { FeatureGather(width: width, plan: plan, exchange: exchange) }
    gathers = model.isSupervised ? nil : (gather(), gather())
    let source = rowLoss?.source(in: model)
    distills = source == .distillationToken || source == .headProducts
    own =
      switch source {
      case .distillationToken: Tensor(shape: [plan.rowsPerWorker, width])
      case .classProducts: Tensor(shape: [plan.rowsPerWorker, model.configuration.text.vocabularySize])
      case .headProducts: Tensor(shape: [plan.rowsPerWorker, 2 * model.configuration.text.vocabularySize])
      case .images, .texts, .hardNegatives, nil: nil
      }
    self.graphs = KeptGraphs(graphs)
  }

  /// The whole batch's features, `[batch, width]` each; complete once all that was posted is made.
  var images: Tensor { gathered.images.all }
  var texts: Tensor { gathered.texts.all }
  /// Of all wrong captions, `[batch · each, width]`; nil where there are none.
  var hardNegatives: Tensor? {
    let width = model.configuration.embeddingWidth
    return wrongGather.map { $0.all.reshaped([$0.all.count / width, width]) }
  }

  private var gathered: (images: FeatureGather, texts: FeatureGather) {
    guard let gathers else { preconditionFailure("step: a supervised model's features aren't gathered") }
    return gathers
  }

  /// Encodes the chunks of my next pass, whose features leave for everybody as soon as they are there.
  func encode(_ parts: [Batch]) throws {
    precondition(
      parts.count == plan.together && parts.allSatisfy { $0.count == plan.chunk },
      "step: chunks of \(parts.map(\.count)), \(plan.together) of \(plan.chunk) planned")
    let (n, chunk) = (chunks.count, Batch(joining: parts))
    chunks.append(chunk)
    try clock.time(.encode) {
      try graphs.encode(n) { learns in
        try ChunkFeatures(
          chunk, model, learns: learns, recomputesBlocks: recomputesBlocks, textDropout: textDropout,
          distills: distills, lanes: lanes
        ) { try put($0, of: $1, pass: n) }
      }
      if let rowLoss { keep(rowLoss.targets(chunk), ofPass: n) }
    }
  }

  /// By which a pass's gradients are summed; nil where they come together over a lane's passes. So they do where a lane has
  /// several chunks, the model can't take lanes, or texts are encoded twice, the wrong ones by themselves.
  var lanes: Lanes? {
    let comeOnce = plan.chunksPerLane == 1 && chunks.allSatisfy { $0.hardNegatives.each == 0 }
    return plan.lanes > 1 && comeOnce && model.takesLanes
      ? Lanes(count: plan.together, samples: plan.together * plan.chunk) : nil
  }

  private func keep(_ found: Tensor, ofPass n: Int) {
    let all = targets ?? Tensor(shape: [plan.rowsPerWorker, found.width])
    all.rows(plan.rows(ofMyPass: n)).set(found)
    targets = all
  }

  private func put(_ features: Tensor, of source: FeatureSource, pass n: Int) throws {
    switch source {
    case .images: try gathered.images.add(features, pass: n)
    case .texts: try gathered.texts.add(features, pass: n)
    case .hardNegatives:
      let gather = wrongGather ?? FeatureGather(width: features.count / plan.chunk, plan: plan, exchange: exchange)
      try gather.add(features, pass: n)
      wrongGather = gather
    case .distillationToken, .classProducts, .headProducts: own?.rows(plan.rows(ofMyPass: n)).set(features)
    }
  }

  /// The loss's parts with those of the row loss, where there is one; its gradient is added to its source's.
  ///
  /// - Returns: with each of my rows' loss by itself.
  func addingRowLoss(to parts: LossParts, scale: Float) -> (parts: LossParts, losses: [Double]) {
    guard let rowLoss, let targets else { return (parts, []) }
    return clock.time(.loss) {
      var sum = parts
      let source = rowLoss.source(in: model)
      let features = features(of: source)
      let gradient = sum.gradients[source] ?? Tensor(shape: features.shape, repeating: 0)
      let rows = rowLoss.addGradient(of: features, targets: targets, scale: scale, to: gradient)
      sum.gradients[source] = gradient
      for (i, lane) in plan.myLanes.enumerated() { sum.add(rows[plan.myRows(ofLane: lane)], toLane: i) }
      return (sum, rows.map(\.loss))
    }
  }

  private func features(of source: FeatureSource) -> Tensor {
    switch source {
    case .images: return images.rows(plan.myRows)
    case .texts: return texts.rows(plan.myRows)
    case .distillationToken, .classProducts, .headProducts, .hardNegatives:
      guard let own else { preconditionFailure("row loss: \(source) wasn't kept") }
      return own
    }
  }

  /// Pass n's features with their graph, for its only use: the graph that waited, or one made again, to the same bits.
  func graph(ofPass n: Int) -> ChunkFeatures {
    graphs.remove(n)
      ?? ChunkFeatures(
        again: chunks[n], model, recomputesBlocks: recomputesBlocks, textDropout: textDropout, distills: distills,
        lanes: lanes)
  }
}

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
  private let gathers: (images: FeatureGather, texts: FeatureGather)
  /// The distillation token's features of my rows, where the row loss looks at them; no other worker needs them.
  private let token: Tensor?
  /// What the row loss compares my rows with, `[myRows, width]`; nil without one.
  private let targets: Tensor?
  /// Those encoded so far, in order. Their pictures stay bytes.
  private(set) var chunks: [Batch] = []
  private var graphs: KeptGraphs

  init(
    _ model: CLIPModel, _ plan: BatchPlan, _ exchange: Exchange, graphs: GraphKeeping, recomputesBlocks: Bool,
    textDropout: Float, rowLoss: (any RowLoss)?
  ) {
    (self.model, self.plan, self.rowLoss, clock) = (model, plan, rowLoss, exchange.clock)
    (self.recomputesBlocks, self.textDropout) = (recomputesBlocks, textDropout)
    let width = model.configuration.embeddingWidth
    gathers = (
      FeatureGather(width: width, plan: plan, exchange: exchange),
      FeatureGather(width: width, plan: plan, exchange: exchange)
    )
    let shape = [plan.rowsPerWorker, width]
    token = rowLoss?.source(in: model) == .distillationToken ? Tensor(shape: shape) : nil
    targets = rowLoss.map { _ in Tensor(shape: shape) }
    self.graphs = KeptGraphs(graphs)
  }

  /// The whole batch's features, `[batch, width]` each; complete once all that was posted is made.
  var images: Tensor { gathers.images.all }
  var texts: Tensor { gathers.texts.all }

  /// Encodes my next chunk, whose features leave for everybody as soon as they are there.
  func encode(_ chunk: Batch) throws {
    precondition(chunk.count == plan.chunk, "step: a chunk of \(chunk.count), \(plan.chunk) planned")
    let n = chunks.count
    chunks.append(chunk)
    try clock.time(.encode) {
      try graphs.encode(n) { learns in
        try ChunkFeatures(
          chunk, model, learns: learns, recomputesBlocks: recomputesBlocks, textDropout: textDropout,
          distills: token != nil
        ) { try put($0, of: $1, chunk: n) }
      }
      if let rowLoss { targets?.rows(plan.rows(ofMyChunk: n)).set(rowLoss.targets(chunk)) }
    }
  }

  private func put(_ features: Tensor, of source: FeatureSource, chunk n: Int) throws {
    switch source {
    case .images: try gathers.images.add(features, chunk: n)
    case .texts: try gathers.texts.add(features, chunk: n)
    case .distillationToken: token?.rows(plan.rows(ofMyChunk: n)).set(features)
    }
  }

  /// The loss's parts with those of the row loss, where there is one; its gradient is added to its source's.
  func addingRowLoss(to parts: LossParts) -> LossParts {
    guard let rowLoss, let targets else { return parts }
    return clock.time(.loss) {
      var sum = parts
      let source = rowLoss.source(in: model)
      let gradient = sum.gradients[source] ?? Tensor(shape: targets.shape, repeating: 0)
      let rows = rowLoss.addGradient(of: features(of: source), targets: targets, to: gradient)
      sum.gradients[source] = gradient
      for (i, lane) in plan.myLanes.enumerated() {
        sum.lanes[i].loss += rows[plan.myRows(ofLane: lane)].reduce(0, +)
      }
      return sum
    }
  }

  private func features(of source: FeatureSource) -> Tensor {
    switch source {
    case .images: return images.rows(plan.myRows)
    case .texts: return texts.rows(plan.myRows)
    case .distillationToken:
      guard let token else { preconditionFailure("row loss: the distillation token's features weren't kept") }
      return token
    }
  }

  /// Chunk n's features with their graph, for its only use: the graph that waited, or one made again, to the same bits.
  func graph(ofChunk n: Int) -> ChunkFeatures {
    graphs.remove(n)
      ?? ChunkFeatures(
        again: chunks[n], model, recomputesBlocks: recomputesBlocks, textDropout: textDropout, distills: token != nil)
  }
}

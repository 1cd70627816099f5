import CLIP
import Collectives
import Engine
import Foundation
import Pairs

/// One worker of a training run: data, step, update, metrics, checkpoints. The same over threads and over MPI.
///
/// All workers hold the same parameters at every step; worker 0 writes what there is to write.
public final class Trainer {
  private let setup: TrainingSetup
  private let workers: any Communicator
  private let wire: Wire
  private let accounting: Accounting
  private let plan: BatchPlan
  private let optimizer: Optimizer
  private let step: TrainingStep
  /// Worker 0's.
  private let average: MovingAverage?
  private let loss: any PairLoss
  private let report: @Sendable (String) -> Void
  private var model: CLIPModel { optimizer.model }
  private var leads: Bool { workers.rank == 0 }

  /// - Parameter report: gets lines for the user; called on every worker.
  public init(
    _ setup: TrainingSetup, workers: any Communicator, report: @escaping @Sendable (String) -> Void
  ) throws {
    let run = setup.run
    guard let chunk = run.batch.chunk, let lanes = run.parallel.lanes else {
      preconditionFailure("trainer: the run is not resolved")
    }
    self.setup = setup
    self.workers = workers
    self.report = report
    Threads.count = run.parallel.threads
    // A fast reduction promises no bits, so a worker's rows are one lane.
    plan = BatchPlan(
      batch: run.batch.size, chunk: chunk, lanes: run.parallel.reduction == .fast ? workers.size : lanes,
      workers: workers.size, rank: workers.rank)
    let model = CLIPModel(
      setup.configuration, preprocessing: setup.preprocessing, locks: run.model.locks, seed: run.seed)
    try model.setLogits(run.loss)
    model.parameters.store(as: run.precision.element)
    wire = try Wire(
      workers, reduction: run.parallel.reduction, overlaps: run.parallel.overlap,
      shardsOptimizer: run.parallel.shardOptimizer)
    accounting = try Accounting(workers)
    optimizer = Optimizer(model, Optimizer.Settings(run), wire: wire)
    loss = run.loss.make(plan: plan, seed: run.seed, pairs: setup.source.count)
    step = TrainingStep(
      model, plan: plan, wire: wire, graphs: GraphKeeping(run.batch), loss: loss, distillation: try Distillation(run),
      recomputesBlocks: run.model.checkpointBlocks)
    if let start = setup.start {
      try Checkpoint.load(start.path, into: optimizer)
      try loss.averages?.load(from: start.path)
    } else {
      for line in try run.model.load(into: model) where workers.rank == 0 { report(line) }
      model.setNamedLogits(run.loss)
    }
    average = workers.rank == 0 ? run.ema.decay.map { MovingAverage(model, decay: $0) } : nil
    if let start = setup.start, let average { try Checkpoint.load(start.path, into: average, of: model) }
  }

  /// Trains from where the setup starts to the end of the schedule.
  public func run() throws {
    let first = setup.start?.state.step ?? 0
    // Nobody writes before everybody has read where to start.
    try workers.barrier()
    let log = leads ? try TrainingLog(setup) : nil
    let loader = loader(from: first)
    defer { loader.cancel() }
    for step in first..<max(first, setup.schedule.steps) {
      let (row, details) = try advance(step, loader)
      try log?.write(row, details)
      if isDue(row.step) {
        let moments = try optimizer.wholeMoments()
        if let moments { try log?.save(row.step, optimizer, moments: moments, average, loss.averages) }
      }
    }
    try reportReplaced(loader)
  }

  /// One step, from data to update.
  private func advance(_ step: Int, _ loader: BatchLoader) throws -> (Metrics, StepDetails?) {
    let start = ContinuousClock.now
    let trafficBefore = workers.traffic
    let isDetailed = (step + 1) % setup.run.log.every == 0 || step + 1 == setup.schedule.steps
    let scale = model.scale
    let learningRate = Float(setup.schedule.learningRate(at: step))
    let update = optimizer.begin(step: step + 1, learningRate: learningRate)
    let outcome = try self.step.run(step: step, measures: isDetailed, update: update) { _ in
      guard let chunk = try loader.next() else { throw TrainingError.dataEnded(step: step + 1) }
      return chunk
    }
    guard outcome.loss.isFinite else { throw TrainingError.notFinite(what: "loss", step: step + 1) }
    var phases = outcome.phases
    let norms = try phases.time(.update) {
      defer { average?.update() }
      return try update.finish(outcome.sums)
    }
    guard norms.whole.isFinite else { throw TrainingError.notFinite(what: "gradient", step: step + 1) }

    let traffic = workers.traffic - trafficBefore
    let accounts = try accounting.gather(phases, traffic)
    var row = Metrics(
      outcome, norms,
      NoiseScale(laneSquares: outcome.laneSquares, norm: norms.whole, batch: plan.batch, lanes: plan.lanes), accounts)
    row.step = step + 1
    row.samples = (step + 1) * plan.batch
    row.epoch = Double(row.samples) / Double(setup.source.count)
    row.logitScale = Double(scale)
    row.learningRate = Double(learningRate)
    row.seconds = (ContinuousClock.now - start).seconds
    row.pairsPerSecond = Double(plan.batch) / row.seconds
    row.wireBytes = traffic.bytes
    row.peakBytes = peakBytes()
    let similarities = try outcome.similarities?.sum(over: workers)
    return (row, similarities.map { StepDetails(accounts: accounts, similarities: $0) })
  }

  private func loader(from step: Int) -> BatchLoader {
    let (plan, tokenizer, run) = (plan, setup.tokenizer, setup.run)
    let contextLength = setup.configuration.text.contextLength
    let (first, end) = (step * plan.chunksPerWorker, setup.schedule.steps * plan.chunksPerWorker)
    let (leads, report) = (leads, report)
    let known = Set(setup.source.skipped)
    return BatchLoader(
      source: setup.source, order: SampleOrder(seed: run.seed, count: setup.source.count),
      transform: .training(side: setup.configuration.vision.imageSize, augmentation: run.data.augmentation),
      contextLength: contextLength, threads: run.data.loaderThreads, ahead: chunksAhead,
      tokenize: { tokenizer.tokens($0, contextLength: contextLength) },
      report: { if leads || !known.contains($0) { report((leads ? "" : "worker \(plan.rank): ") + "skipped \($0)") } },
      chunks: { first + $0 < end ? Array(plan.positions(ofMyChunk: first + $0)) : nil })
  }

  /// Two steps' chunks, or as many as 256 MiB of pictures are.
  private var chunksAhead: Int {
    let side = setup.configuration.vision.imageSize
    return min(2 * plan.chunksPerWorker, max(1, 256 << 20 / (plan.chunk * side * side * 3)))
  }

  private func isDue(_ step: Int) -> Bool { step % setup.run.checkpoint.every == 0 || step == setup.schedule.steps }

  /// Said by worker 0, over all workers and so the same for any number of them. Returns once all are done.
  private func reportReplaced(_ loader: BatchLoader) throws {
    let replaced = Int(try workers.sum(Float(loader.replaced)))
    if leads, replaced > 0 { report("\(replaced) samples were replaced by others, since their pairs can't be used") }
  }
}

extension Optimizer.Settings {
  init(_ run: RunFile) {
    let settings = run.optimizer
    self.init(
      adamW: AdamW(
        beta1: Float(settings.beta1), beta2: Float(settings.beta2), epsilon: Float(settings.epsilon)),
      weightDecay: Float(settings.weightDecay), clipNorm: settings.clipNorm.map { Float($0) },
      largestScale: Float(run.loss.logitScaleMax))
  }
}

extension GraphKeeping {
  init(_ batch: RunFile.Batch) {
    switch batch.keepGraphs {
    case .always: self = .always
    case .never: self = .never
    case .auto: self = .within(bytes: batch.memoryBudget.bytes)
    }
  }
}

/// The most memory that this process has held at once.
func peakBytes() -> Int {
  var usage = rusage()
  getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  return usage.ru_maxrss * 1024
}

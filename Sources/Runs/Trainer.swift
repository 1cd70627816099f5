import CLIP
import Collectives
import Engine
import Files
import Foundation
import Pairs
import Settings
import Training

/// One worker of a training run: data, step, update, metrics, checkpoints. The same over threads and over MPI.
///
/// All workers hold the same parameters at every step; worker 0 writes what there is to write.
public final class Trainer {
  private let setup: TrainingSetup
  private let workers: any Communicator
  private let exchange: Exchange
  private let accounting: Accounting
  private let plan: BatchPlan
  private let optimizer: Optimizer
  private let step: TrainingStep
  /// The average of the parameters, which worker 0 alone holds.
  private let average: ParameterAverage?
  private let loss: any PairLoss
  private let report: @Sendable (String) -> Void
  private let makeObservers: () throws -> [any RunObserver]
  private let skips: SkipExchange
  private var model: CLIPModel { optimizer.model }
  private var leads: Bool { workers.rank == 0 }

  /// - Parameters:
  ///   - report: gets lines for the user; called on every worker.
  ///   - observers: makes those that watch the run besides its records; called when it starts, on worker 0 alone.
  public init(
    _ setup: TrainingSetup, workers: any Communicator, report: @escaping @Sendable (String) -> Void,
    observers: @escaping () throws -> [any RunObserver] = { [] }
  ) throws {
    let run = setup.run
    guard let chunk = run.batch.chunk, let lanes = run.parallel.lanes else {
      preconditionFailure("trainer: the run is not resolved")
    }
    self.setup = setup
    self.workers = workers
    self.report = report
    skips = SkipExchange(setup, workers)
    makeObservers = observers
    Threads.count = run.parallel.threads
    // A fast reduction promises no bits, so a worker's rows are one lane.
    plan = BatchPlan(
      batch: run.batch.size, chunk: chunk, lanes: run.parallel.reduction == .fast ? workers.size : lanes,
      workers: workers.size, rank: workers.rank)
    let model = CLIPModel(
      setup.configuration, preprocessing: setup.preprocessing, locks: run.model.locks, seed: run.seed)
    try model.setLogits(run.loss)
    model.parameters.store(as: run.precision.element)
    exchange = try Exchange(
      workers, reduction: Reduction(run.parallel.reduction), overlaps: run.parallel.overlap,
      shardsOptimizer: run.parallel.shardOptimizer)
    accounting = try Accounting(workers)
    optimizer = Optimizer(model, Optimizer.Settings(run), exchange: exchange)
    loss = run.loss.make(plan: plan, seed: run.seed, pairs: setup.source.count)
    step = TrainingStep(
      model, plan: plan, exchange: exchange, graphs: GraphKeeping(run.batch), loss: loss,
      rowLoss: try Distillation(run), recomputesBlocks: run.model.checkpointBlocks)
    if let start = setup.start {
      try Checkpoint.load(start.path, into: optimizer)
      try loss.estimates?.load(from: start.path)
    } else {
      for line in try run.model.load(into: model) where workers.rank == 0 { report(line) }
      model.setNamedLogits(run.loss)
    }
    average = workers.rank == 0 ? run.ema.decay.map { ParameterAverage(model, decay: $0) } : nil
    if let start = setup.start, let average { try Checkpoint.load(start.path, into: average, of: model) }
  }

  /// Trains from where the setup starts to the end of the schedule.
  public func run() throws {
    let first = setup.start?.state.step ?? 0
    // Nobody writes before everybody has read where to start.
    try workers.barrier()
    let keeper = leads ? try CheckpointKeeper(setup) : nil
    let observers: [any RunObserver] = try leads ? [RunRecords(setup)] + makeObservers() : []
    for observer in observers { try observer.started(setup) }
    if leads {
      try tell(observers, setup.source.skipped)
      if let line = LongCaptions(setup).line { report(line) }
    }
    let loader = loader(from: first)
    defer { loader.cancel() }
    for step in first..<max(first, setup.schedule.steps) {
      let (row, details) = try advance(step, loader)
      if isDetailed(step) { try tell(observers, try skips.gather()) }
      for observer in observers { try observer.step(row, details) }
      if isDue(row.step), let moments = try optimizer.wholeMoments(), let keeper {
        let path = try keeper.save(row.step, optimizer, moments: moments, average, loss.estimates)
        for observer in observers { try observer.saved(path, step: row.step) }
      }
    }
    try reportReplaced(loader)
    for observer in observers { try observer.finished() }
  }

  private func tell(_ observers: [any RunObserver], _ skipped: [SkippedSample]) throws {
    for sample in skipped {
      for observer in observers { try observer.skipped(sample) }
    }
  }

  /// Whether a step, counted from 0, is one of which more is told than its row.
  private func isDetailed(_ step: Int) -> Bool {
    (step + 1) % setup.run.log.every == 0 || step + 1 == setup.schedule.steps
  }

  /// One step, from data to update, and what is to be written of it.
  private func advance(_ step: Int, _ loader: BatchLoader) throws -> (Metrics, StepDetails?) {
    let start = ContinuousClock.now
    let trafficBefore = workers.traffic
    let learningRate = Float(setup.schedule.learningRate(at: step))
    let update = optimizer.begin(step: step + 1, learningRate: learningRate, average: average)
    let outcome = try self.step.run(step: step, measures: isDetailed(step), update: update) { _ in
      guard let chunk = try loader.next() else { throw TrainingError.dataEnded(step: step + 1) }
      skips.add(chunk.skipped)
      return chunk
    }
    guard outcome.loss.isFinite else { throw TrainingError.notFinite(what: "loss", step: step + 1) }
    guard let norms = outcome.norms, norms.whole.isFinite else {
      throw TrainingError.notFinite(what: "gradient", step: step + 1)
    }
    let accounts = try accounting.gather(outcome.phases, workers.traffic - trafficBefore)
    let row = Metrics(
      step: step + 1, outcome, norms, accounts, plan, epoch: setup.mixture.slots, learningRate: learningRate,
      seconds: (ContinuousClock.now - start).seconds, peakBytes: peakBytes())
    let similarities = try outcome.similarities?.sum(over: workers)
    return (row, similarities.map { StepDetails(accounts: accounts, similarities: $0) })
  }

  private func loader(from step: Int) -> BatchLoader {
    let (plan, tokenizer, run) = (plan, setup.tokenizer, setup.run)
    let contextLength = setup.configuration.text.contextLength
    let (first, end) = (step * plan.chunksPerWorker, setup.schedule.steps * plan.chunksPerWorker)
    return BatchLoader(
      source: setup.source, order: SampleOrder(seed: run.seed, setup.mixture),
      transform: .training(
        side: setup.configuration.vision.imageSize, augmentation: Augmentation(run.data.augmentation),
        background: PictureBackground(run.data.transparency), mostPixels: run.data.picturePixels),
      contextLength: contextLength, threads: run.data.loaderThreads, ahead: chunksAhead,
      tokenize: { tokenizer.tokens($0, contextLength: contextLength) },
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

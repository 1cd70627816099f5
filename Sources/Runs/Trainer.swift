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
  /// Nil of a supervised run.
  private let loss: (any PairLoss)?
  private let report: @Sendable (String) -> Void
  private let isAskedToStop: @Sendable () -> Bool
  private let makeObservers: () throws -> [any RunObserver]
  private let skips: SkipExchange
  /// How many pairs have wrong captions, where the loss asks for them.
  private let hardNegatives: GivenHardNegatives?
  private let onNotFinite: OnNotFinite
  private var notFinite: NotFiniteSteps
  private var constantNotice = ConstantFeaturesNotice()
  private var model: CLIPModel { optimizer.model }
  private var leads: Bool { workers.rank == 0 }

  /// - Parameters:
  ///   - onNotFinite: what to do at a step whose loss or gradient isn't finite.
  ///   - isAskedToStop: whether the run is to save and stop after the step in hand; asked of every worker after each
  ///     step, and one that says so is enough.
  ///   - report: gets lines for the user; called on every worker.
  ///   - observers: makes those that watch the run besides its records; called when it starts, on worker 0 alone.
  public init(
    _ setup: TrainingSetup, workers: any Communicator, onNotFinite: OnNotFinite = .stop,
    isAskedToStop: @escaping @Sendable () -> Bool = { false }, report: @escaping @Sendable (String) -> Void,
    observers: @escaping () throws -> [any RunObserver] = { [] }
  ) throws {
    let run = setup.run
    guard let chunk = run.batch.chunk, let lanes = run.parallel.lanes else {
      preconditionFailure("trainer: the run is not resolved")
    }
    self.setup = setup
    self.workers = workers
    self.report = report
    self.isAskedToStop = isAskedToStop
    self.onNotFinite = onNotFinite
    hardNegatives = try HardNegatives(run).map { try GivenHardNegatives($0, in: setup.source, over: workers) }
    skips = SkipExchange(setup, workers)
    makeObservers = observers
    Threads.count = run.parallel.threads
    let model = CLIPModel(
      setup.configuration, preprocessing: setup.preprocessing, locks: run.model.locks, seed: run.seed)
    try model.setLogits(run.loss)
    model.parameters.store(as: run.precision.element)
    let rowLoss = try Self.rowLoss(run)
    let encodesTextsOnce = run.loss.hardNegatives == nil
    // A fast reduction promises no bits, so a worker's rows are one lane.
    plan = BatchPlan(
      batch: run.batch.size, chunk: chunk, lanes: run.parallel.reduction == .fast ? workers.size : lanes,
      workers: workers.size, rank: workers.rank
    ).together(
      GraphKeeping(run.batch), takesLanes: model.takesLanes && encodesTextsOnce && rowLoss?.comparesApart != false,
      ChunkMemory(of: model, checkpointsBlocks: run.model.checkpointBlocks))
    notFinite = NotFiniteSteps(setup, plan, workers)
    exchange = try Exchange(
      workers, reduction: Reduction(run.parallel.reduction), overlaps: run.parallel.overlap,
      shardsOptimizer: run.parallel.shardOptimizer)
    accounting = try Accounting(workers)
    optimizer = Optimizer(model, Optimizer.Settings(run), exchange: exchange)
    loss = model.isSupervised ? nil : run.loss.make(plan: plan, seed: run.seed, pairs: setup.source.count)
    step = TrainingStep(
      model, plan: plan, exchange: exchange, graphs: GraphKeeping(run.batch), loss: loss,
      rowLoss: rowLoss, recomputesBlocks: run.model.checkpointBlocks,
      textDropout: Float(run.model.textDropout))
    if let start = setup.start {
      try Checkpoint.load(start.path, into: optimizer)
      try loss?.estimates?.load(from: start.path)
    } else {
      for line in try run.model.load(into: model) where workers.rank == 0 { report(line) }
      model.setNamedLogits(run.loss)
    }
    average = workers.rank == 0 ? run.ema.decay.map { ParameterAverage(model, decay: $0) } : nil
    if let start = setup.start, let average { try Checkpoint.load(start.path, into: average, of: model) }
  }

  private static func rowLoss(_ run: RunFile) throws -> (any RowLoss)? {
    switch run.objective {
    case .contrastive: try Distillation(run)
    case .supervised:
      try HardDistillation(run) ?? ClassLoss(batch: run.batch.size, learnsScale: run.loss.temperature == .learned)
    }
  }

  /// Trains from where the setup starts to the end of the schedule, or until asked to stop.
  @discardableResult public func run() throws -> RunEnd {
    let first = setup.start?.state.step ?? 0
    // Nobody writes before everybody has read where to start.
    let hosts = try HostFacts.gather(workers)
    let keeper = leads ? try CheckpointKeeper(setup, Launch(setup, hosts: hosts), report: report) : nil
    defer { keeper?.end() }
    let observers: [any RunObserver] = try leads ? [RunRecords(setup, report: report)] + makeObservers() : []
    for observer in observers { try observer.started(setup) }
    if leads {
      try tell(observers, setup.source.skipped)
      if setup.run.objective == .contrastive, let line = LongCaptions(setup).line { report(line) }
      if let line = hardNegatives?.line ?? setup.run.unreadHardNegatives { report(line) }
    }
    let evaluations = try RunEvaluations(setup, workers)
    keeper?.best = evaluations.bestStep
    try evaluate(first, evaluations, keeper, observers, isResumed: true)
    if let line = evaluations.stopLine { return try end(line, evaluations, keeper, observers) }
    let loader = loader(from: first, try setup.order(over: workers) { if leads { report($0) } })
    defer { loader.cancel() }
    for step in first..<max(first, setup.schedule.steps) {
      let (row, details, wishes) = try advance(step, loader, isSaveDue: keeper?.isDue ?? false)
      if isDetailed(step) { try tell(observers, try skips.gather()) }
      for observer in observers { try observer.step(row, details) }
      try tellSaved(observers, keeper, waits: false)
      let isStopped = wishes.contains(.stop) && row.step < setup.schedule.steps
      // Whoever asks for a stop waits for it: what is due is made when the run goes on.
      if !isStopped { try evaluate(row.step, evaluations, keeper, observers) }
      let endsHere = isStopped ? nil : evaluations.stopLine
      if isDue(row.step) || !wishes.isEmpty || endsHere != nil || evaluations.bestStep == row.step {
        try save(row.step, keeper, observers)
      }
      if isStopped {
        try tellSaved(observers, keeper, waits: true)
        return .stopped(step: row.step)
      }
      if let endsHere {
        try reportReplaced(loader)
        return try end(endsHere, evaluations, keeper, observers)
      }
    }
    try reportReplaced(loader)
    return try end(nil, evaluations, keeper, observers)
  }

  /// Called by all workers: makes the evaluations that are due after a step.
  private func evaluate(
    _ step: Int, _ evaluations: RunEvaluations, _ keeper: CheckpointKeeper?, _ observers: [any RunObserver],
    isResumed: Bool = false
  ) throws {
    for row in try evaluations.made(after: step, model, average, isResumed: isResumed) {
      for observer in observers { try observer.evaluated(row) }
    }
    keeper?.best = evaluations.bestStep
  }

  /// - Parameter line: why the run ends before its length; nil where it doesn't.
  private func end(
    _ line: String?, _ evaluations: RunEvaluations, _ keeper: CheckpointKeeper?, _ observers: [any RunObserver]
  ) throws -> RunEnd {
    try tellSaved(observers, keeper, waits: true)
    if leads { for line in [line, evaluations.bestLine].compactMap({ $0 }) { report(line) } }
    for observer in observers { try observer.finished() }
    return .finished
  }

  /// Called by all workers; worker 0 begins to write.
  private func save(_ step: Int, _ keeper: CheckpointKeeper?, _ observers: [any RunObserver]) throws {
    guard let moments = try optimizer.wholeMoments(), let keeper else { return }
    try tellSaved(observers, keeper, waits: true)
    try keeper.save(step, Snapshot(of: model, moments: moments, average, loss?.estimates))
  }

  private func tellSaved(_ observers: [any RunObserver], _ keeper: CheckpointKeeper?, waits: Bool) throws {
    guard let saved = try keeper?.saved(waits: waits) else { return }
    for observer in observers { try observer.saved(saved.path, step: saved.step) }
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
  private func advance(
    _ step: Int, _ loader: BatchLoader, isSaveDue: @autoclosure () -> Bool
  ) throws -> (Metrics, StepDetails?, StepWishes) {
    let start = ContinuousClock.now
    let trafficBefore = workers.traffic
    let learningRate = Float(setup.schedule.learningRate(at: step))
    let update = optimizer.begin(
      step: step + 1, learningRate: learningRate, average: average, skipsNotFinite: onNotFinite == .skip)
    let (outcome, norms) = try finiteStep(step, loader, update)
    if leads, let line = constantNotice.line(outcome.constant, step: step + 1) { report(line) }
    let wishes: StepWishes = [isSaveDue() ? .save : [], isAskedToStop() ? .stop : []]
    let accounts = try accounting.gather(outcome.phases, workers.traffic - trafficBefore, wishes)
    let row = Metrics(
      step: step + 1, outcome, norms, accounts, plan, epoch: setup.mixture.slots, learningRate: learningRate,
      seconds: (ContinuousClock.now - start).seconds, peakBytes: peakBytes())
    let similarities = try outcome.similarities?.sum(over: workers)
    let details = isDetailed(step) ? StepDetails(accounts: accounts, similarities: similarities) : nil
    return (row, details, accounts.reduce(StepWishes()) { $0.union($1.wishes) })
  }

  /// Makes a step; of one that isn't finite says so, and ends the run unless such are left out.
  private func finiteStep(
    _ step: Int, _ loader: BatchLoader, _ update: Optimizer.Update
  ) throws -> (TrainingStep.Outcome, GradientNorms) {
    var samples: [Int] = []
    do {
      let outcome = try self.step.run(step: step, measures: isDetailed(step), update: update) { _ in
        guard let chunk = try loader.next() else { throw TrainingError.dataEnded(step: step + 1) }
        skips.add(chunk.skipped)
        samples += chunk.samples
        return chunk
      }
      guard let norms = outcome.norms else { preconditionFailure("trainer: a step without an update") }
      if let error = try notFinite.error(outcome, update, step: step + 1) {
        guard onNotFinite == .skip else { throw error }
        let line = notFinite.skip(error)
        if leads { report(line) }
      }
      return (outcome, norms)
    } catch let found as NotFiniteFeatures {
      throw try notFinite.error(found, samples, step: step + 1)
    }
  }

  private func loader(from step: Int, _ order: SampleOrder) -> BatchLoader {
    let (plan, tokenizer, run) = (plan, setup.tokenizer, setup.run)
    let contextLength = setup.configuration.text.contextLength
    let (first, end) = (step * plan.chunksPerWorker, setup.schedule.steps * plan.chunksPerWorker)
    return BatchLoader(
      source: setup.source, order: order,
      transform: .training(
        side: setup.configuration.vision.imageSize, augmentation: Augmentation(run.data.augmentation),
        background: PictureBackground(run.data.transparency), mostPixels: run.data.picturePixels),
      contextLength: contextLength, threads: run.data.loaderThreads, ahead: chunksAhead,
      withLabels: run.batch.diversity.parts.contains(.label), hardNegatives: HardNegatives(run),
      features: setup.features,
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

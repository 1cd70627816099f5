import CLIP
import Collectives
import Engine
import Evaluation
import Files
import Foundation
import Pairs
import Settings
import Training

/// What all workers of a run agree on before it begins: settings, data, and where to start from.
public struct TrainingSetup: Sendable {
  public let run: RunFile
  public let configuration: ModelConfiguration
  /// That of the model that the run starts from, where it starts from one.
  public let preprocessing: Preprocessing
  public let tokenizer: any CaptionTokenizer
  public let source: any PairSource
  /// What takes the place of locked towers.
  let features: StoredFeatures?
  /// How often each source's samples are drawn.
  public let mixture: Mixture
  /// Which data these are: `DataIdentity.digest`.
  let dataDigest: String
  public let schedule: Schedule
  /// What is measured while the run trains; none for those who only look at it.
  let evaluations: [RunEvaluation]
  public let directory: RunDirectory
  /// The checkpoint that the run continues; nil for one that begins.
  public let start: RunStart?
  /// What this launch sets otherwise than the one before it, and may.
  public let changes: [ChangedKey]
  /// Why that isn't known, where it isn't.
  public let earlierProblem: String?
  /// Which checkpoints the run starts or learns from, where it names runs, in words.
  public let modelLines: [String]

  /// Reads and checks everything that can be wrong before a run starts.
  ///
  /// - Parameters:
  ///   - run: as the user wrote it.
  ///   - prefersBF16: whether every worker's processor multiplies bf16 faster than f32.
  ///   - start: what `RunDirectory.start` found.
  ///   - indexes: where indexes of the data's shards are kept.
  ///   - evaluates: whether the run's evaluations are opened, which are made while it trains.
  public init(
    _ run: RunFile, workers: Int, prefersBF16: Bool = Processor.multipliesBF16Faster, directory: RunDirectory,
    start: RunStart?, indexes: IndexKeeping = IndexKeeping(), evaluates: Bool = true
  ) throws {
    if let start { try start.state.requireBatch(of: run, path: start.path) }
    let earlier = start.map { EarlierLaunch(of: $0.path) }
    var lines: [String] = []
    let run = try run.namingCheckpoints(since: earlier?.run) { lines.append($0) }
    modelLines = lines
    self.run = try Self.resolved(run, workers: workers, prefersBF16: prefersBF16, resuming: start?.state)
    try Threads.require(self.run.parallel.threads)
    self.directory = directory
    self.start = start
    configuration = try ModelConfiguration(self.run)
    preprocessing =
      try (start?.path ?? run.model.preprocessingSource).map { try ModelDirectory($0).preprocessing() } ?? .openAI
    try self.run.checkGroups(configuration)
    try self.run.checkStatistics(configuration)
    try self.run.checkDropout(configuration)
    switch self.run.objective {
    case .contrastive: try Distillation.check(self.run, configuration)
    case .supervised:
      try HardDistillation.check(self.run, configuration)
      if start == nil { try HardDistillation.checkBeginning(self.run) }
    }
    tokenizer = try Self.tokenizer(self.run, for: configuration)
    (source, mixture) = try self.run.openPairs(indexes)
    try SkipLimit(share: self.run.data.skipLimit, of: source).check(SkipSummary(source.skipped))
    dataDigest = try DataIdentity.digest(of: source, mixture)
    guard mixture.slots < 1 << 32 else { throw TrainingError.epochTooLong(samples: mixture.slots) }
    guard source.count >= self.run.batch.size else {
      throw TrainingError.tooFewPairs(pairs: source.count, batch: self.run.batch.size)
    }
    schedule = Schedule(self.run, pairs: mixture.slots)
    evaluations = evaluates ? try Self.evaluations(self.run, training: source, indexes) : []
    earlierProblem = earlier?.problem
    if let start, let earlier {
      changes = try Self.changes(
        self.run, from: start, earlier, pairs: source.count, merges: sha256(tokenizer.definition), data: dataDigest)
      try Self.require(configuration, of: start.path)
    } else {
      changes = []
    }
    let isFinished = (start?.state.step ?? -1) >= schedule.steps
    features =
      evaluates && !isFinished
      ? try StoredFeatures(self.run, configuration, tokenizer, resuming: start?.state) : nil
  }

  /// The run with c, L and the precision filled in; c from what a chunk's memory may be, where nothing else says it.
  package static func resolved(
    _ run: RunFile, workers: Int, prefersBF16: Bool = Processor.multipliesBF16Faster, resuming state: CheckpointState?
  ) throws -> RunFile {
    try run.data.augmentation.check()
    let resolved = try run.resolved(workers: workers, resuming: state?.settled, prefersBF16: prefersBF16)
    guard run.batch.chunk == nil && state == nil else { return resolved }
    let memory = ChunkMemory(
      try ModelConfiguration(run), element: resolved.precision.element,
      hardNegatives: run.loss.hardNegatives ?? 0)
    return try run.resolved(
      workers: workers, prefersBF16: prefersBF16, fitting: memory.pairs(within: run.batch.memoryBudget.bytes))
  }

  /// How many of the pairs may turn out to be unusable.
  var skipLimit: SkipLimit { SkipLimit(share: run.data.skipLimit, of: source) }

  /// The checkpoint's state after `step`.
  func state(after step: Int) -> CheckpointState {
    CheckpointState(
      step: step, run: run, pairs: source.count, merges: mergesDigest, data: dataDigest, features: features?.model)
  }

  var mergesDigest: String { sha256(tokenizer.definition) }

  /// All that makes the model what it is.
  var modelText: String { "\(Self.fields(configuration).sorted { $0.key < $1.key }) \(preprocessing)" }

  private static func tokenizer(_ run: RunFile, for configuration: ModelConfiguration) throws -> any CaptionTokenizer {
    if let classes = configuration.text.classes { return ClassTokenizer(classes) }
    let path = run.data.tokenizer ?? run.model.textFrom ?? run.model.from ?? ""
    let options = TokenizerOptions(configuration.text)
    let tokenizer =
      run.data.tokenizer == nil
      ? try openTokenizer(directory: path, options, isOpenAI: configuration.text.readsOpenAIVocabulary)
      : try openTokenizer(file: path, options)
    guard tokenizer.vocabularySize <= configuration.text.vocabularySize else {
      throw TrainingError.vocabulary(
        tokenizer: path, size: tokenizer.vocabularySize, model: configuration.text.vocabularySize)
    }
    if let problem = configuration.text.objection(
      ids: tokenizer.vocabularySize, padding: tokenizer.paddingToken, last: tokenizer.lastToken)
    {
      throw TrainingError.tokenizer(path, problem: problem)
    }
    return tokenizer
  }

  /// Throws unless a checkpoint's model is the run's.
  private static func require(_ mine: ModelConfiguration, of checkpoint: String) throws {
    let found = fields(try ModelDirectory(checkpoint).configuration())
    let expected = fields(mine)
    let differing = Set(found.keys).union(expected.keys).filter { found[$0] != expected[$0] }.sorted()
    guard differing.isEmpty else {
      throw CheckpointError.otherRun(
        path: checkpoint,
        differences: differing.map {
          .init(key: "the model's \($0)", found: found[$0] ?? "not set", expected: expected[$0] ?? "not set")
        })
    }
  }

  /// `vision_cfg.layers` and its like, with their values.
  private static func fields(_ configuration: ModelConfiguration) -> [String: String] {
    // A checkpoint names its own tokenizer's files; the tokenizer itself is compared by its definition.
    var configuration = configuration
    configuration.text.tokenizer = TokenizerFields()
    return configuration.fields
  }
}

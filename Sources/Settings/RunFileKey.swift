import Pairs

/// One key of the run file. The table of them drives reading, the check for unknown keys, printing and documentation;
/// a key's default is what a fresh `RunFile` holds.
public struct RunFileKey: Sendable {
  /// The full path, `optimizer.learning_rate`.
  public let name: String
  public let meaning: String

  /// Reads a YAML value into a run file.
  let read: @Sendable (inout RunFile, YAMLValue) throws(RunFileError) -> Void
  /// The value as YAML on one line.
  let print: @Sendable (RunFile) -> String

  init<Value: RunFileValue>(
    _ name: String, _ path: any WritableKeyPath<RunFile, Value> & Sendable, _ meaning: String,
    must limit: Limit<Value>? = nil
  ) {
    self.name = name
    self.meaning = meaning
    print = { $0[keyPath: path].yaml }
    read = { (run, found) throws(RunFileError) in
      guard let value = Value(found) else {
        throw .type(key: name, found: found.description, expected: Value.expected)
      }
      if let limit, !limit.holds(value) {
        throw .value(key: name, found: value.yaml, must: limit.claim)
      }
      run[keyPath: path] = value
    }
  }
}

extension RunFileKey {
  public static let all: [RunFileKey] =
    general + towers + data + augmentation + batch + recipe + loss + beside + running

  private static let general = [
    RunFileKey("seed", \.seed, "of the order of the data, augmentation and initialisation"),
    RunFileKey("model.config", \.model.config, "an OpenCLIP model JSON (path), or its keys written here"),
    RunFileKey(
      "model.from", \.model.from,
      "a model directory or checkpoint to start the parameters from; positions of another picture size are resized"),
  ]

  private static let data = [
    RunFileKey("data.train", \.data.train, "shards: a path or a list of them, brace ranges allowed"),
    RunFileKey("data.tokenizer", \.data.tokenizer, "the vocabulary that `diagonal tokenizer train` wrote"),
    RunFileKey("data.loader_threads", \.data.loaderThreads, "threads per worker that decode pictures", must: .count),
  ]

  /// Limits of these are `Augmentation.problems`.
  private static let augmentation = [
    RunFileKey(
      "data.augmentation.crop_scale", \.data.augmentation.cropScale, "random crop: its share of the picture's area"),
    RunFileKey("data.augmentation.crop_ratio", \.data.augmentation.cropRatio, "random crop: width / height"),
    RunFileKey("data.augmentation.affine_degrees", \.data.augmentation.affineDegrees, "rotation, at most, each way"),
    RunFileKey(
      "data.augmentation.affine_translate", \.data.augmentation.affineTranslate,
      "shift, at most, each way, as a share of the side"),
    RunFileKey("data.augmentation.affine_scale", \.data.augmentation.affineScale, "zoom"),
    RunFileKey(
      "data.augmentation.affine_shear", \.data.augmentation.affineShear, "shear in degrees, at most, each way"),
    RunFileKey("data.augmentation.color_brightness", \.data.augmentation.colorBrightness, "factor 1 ± this"),
    RunFileKey("data.augmentation.color_contrast", \.data.augmentation.colorContrast, "factor 1 ± this"),
    RunFileKey("data.augmentation.color_saturation", \.data.augmentation.colorSaturation, "factor 1 ± this"),
    RunFileKey(
      "data.augmentation.color_hue", \.data.augmentation.colorHue, "± this share of the circle, at most 0.5"),
    RunFileKey(
      "data.augmentation.color_probability", \.data.augmentation.colorProbability, "share of pictures recoloured"),
    RunFileKey(
      "data.augmentation.gray_probability", \.data.augmentation.grayProbability, "share of pictures made grey"),
    RunFileKey(
      "data.augmentation.flip_probability", \.data.augmentation.flipProbability, "share of pictures mirrored"),
  ]

  private static let batch = [
    RunFileKey("batch.size", \.batch.size, "B, pairs in the global batch", must: .count),
    RunFileKey(
      "batch.chunk", \.batch.chunk,
      "c, pairs encoded at a time; auto: the largest divisor of B up to B/8 whose graph fits memory_budget",
      must: .countOrNull),
    RunFileKey(
      "batch.keep_graphs", \.batch.keepGraphs,
      "auto: while they fit memory_budget; never: encode again for backward (same bits, less memory, slower)"),
    RunFileKey(
      "batch.memory_budget", \.batch.memoryBudget,
      "per worker, for a chunk's graph and for kept ones: bytes, 512MiB, 4GiB",
      must: Limit("not be negative") { $0.bytes >= 0 }),
  ]

  private static let recipe = [
    RunFileKey("optimizer.learning_rate", \.optimizer.learningRate, "peak", must: .notNegative),
    RunFileKey("optimizer.beta1", \.optimizer.beta1, "AdamW: decay of the mean gradient", must: .decay),
    RunFileKey("optimizer.beta2", \.optimizer.beta2, "AdamW: decay of the mean squared gradient", must: .decay),
    RunFileKey("optimizer.epsilon", \.optimizer.epsilon, "AdamW: keeps the quotient finite", must: .positive),
    RunFileKey(
      "optimizer.weight_decay", \.optimizer.weightDecay, "decoupled; not on gains, biases, positions, logit_scale",
      must: .notNegative),
    RunFileKey(
      "optimizer.clip_norm", \.optimizer.clipNorm,
      "largest global gradient norm; null: no clipping, so gradients needn't be held until all are there",
      must: Limit("be above 0 or null") { $0.map { $0 > 0 } ?? true }),
    RunFileKey(
      "schedule.steps", \.schedule.steps, "length of the run in batches; or set epochs",
      must: Limit("lie in 1…1e9, or be null") { $0.map { (1...1_000_000_000).contains($0) } ?? true }),
    RunFileKey(
      "schedule.epochs", \.schedule.epochs, "length in passes over the data; 32 where steps is null too",
      must: Limit("be above 0 and at most 1e9, or null") { $0.map { $0 > 0 && $0 <= 1e9 } ?? true }),
    RunFileKey("schedule.warmup", \.schedule.warmup, "share of the run with a rising learning rate", must: .share),
    RunFileKey(
      "schedule.warmup_steps", \.schedule.warmupSteps, "the same in steps; takes the place of warmup when set",
      must: Limit("not be negative") { $0.map { $0 >= 0 } ?? true }),
    RunFileKey("schedule.kind", \.schedule.kind, "how the learning rate falls after warmup"),
    RunFileKey(
      "schedule.final_learning_rate", \.schedule.finalLearningRate, "where it ends", must: .notNegative),
  ]

  private static let running = [
    RunFileKey(
      "precision", \.precision,
      "of activations and products; master weights and sums are always f32; auto: bf16 where the processor multiplies it"),
    RunFileKey(
      "parallel.lanes", \.parallel.lanes,
      "L, partial sums that make results equal on any N ≤ L workers; null: a power of two, usually 8",
      must: .countOrNull),
    RunFileKey(
      "parallel.reduction", \.parallel.reduction, "exact: same bits on 1, 2, 4, … L workers; fast: any N, MPI's order"),
    RunFileKey(
      "parallel.overlap", \.parallel.overlap, "gather and reduce in the background, while workers compute (same bits)"),
    RunFileKey(
      "parallel.shard_optimizer", \.parallel.shardOptimizer,
      "each worker keeps and applies its share of AdamW's moments (same bits, less memory)"),
    RunFileKey("parallel.threads", \.parallel.threads, "per worker; part of what makes bits equal", must: .count),
    RunFileKey(
      "parallel.timeout_seconds", \.parallel.timeoutSeconds,
      "silence after which a stopped worker ends the run (a busy one isn't silent); null: never",
      must: Limit("be at least 3, or null") { $0.map { $0 >= 3 } ?? true }),
    RunFileKey("checkpoint.every", \.checkpoint.every, "steps; the last step is always saved", must: .count),
    RunFileKey("checkpoint.keep", \.checkpoint.keep, "the newest so many; null: all", must: .countOrNull),
    RunFileKey(
      "log.every", \.log.every,
      "steps between lines where there is no terminal, and between rows of workers.jsonl, similarities.jsonl",
      must: .count),
  ]
}

/// What a key's value must satisfy beyond its type, in words and as a test.
struct Limit<Value>: Sendable {
  let claim: String
  let holds: @Sendable (Value) -> Bool

  init(_ claim: String, _ holds: @escaping @Sendable (Value) -> Bool) {
    self.claim = claim
    self.holds = holds
  }
}

extension Limit<Int> {
  static let count = Limit("be at least 1") { $0 >= 1 }
  static let notNegative = Limit("not be negative") { $0 >= 0 }
}

extension Limit<Double?> {
  static let decayOrNull = Limit("lie in 0…1, below 1, or be null") { $0.map { (0..<1).contains($0) } ?? true }
}

extension Limit<Int?> {
  static let countOrNull = Limit("be at least 1, or null") { $0.map { $0 >= 1 } ?? true }
}

extension Limit<Double> {
  static let positive = Limit("be above 0") { $0 > 0 }
  static let notNegative = Limit("not be negative") { $0 >= 0 }
  static let share = Limit("lie in 0…1") { (0...1).contains($0) }
  static let decay = Limit("lie in 0…1, below 1") { (0..<1).contains($0) }
}

/// What a training run is: the YAML file that a user writes, with every default filled in.
///
/// Each section of the run file is a file below `Sections`, with its fields, its keys and its checks. Keys in the order of
/// printing: `RunFileKey.all`. Paths are relative to the current directory, not to the file. Defaults are OpenCLIP's
/// recipe, except that warmup is a fraction of the run.
public struct RunFile: Sendable {
  public var seed: UInt64 = 0
  public var objective = Objective.contrastive
  public var model = ModelSection()
  public var data = DataSection()
  public var batch = BatchSection()
  public var optimizer = OptimizerSection()
  public var schedule = ScheduleSection()
  public var loss = LossSection()
  public var distillation = DistillationSection()
  public var ema = AverageSection()
  /// Never auto once resolved.
  public var precision = Precision.f32
  public var parallel = ParallelSection()
  public var checkpoint = CheckpointSection()
  public var evaluation: [EvaluationItem] = []
  public var log = LogSection()

  public init() {}
}

extension RunFileKey {
  /// Every key, in the order in which a run file is printed.
  public static let all: [RunFileKey] = [
    [seed, Objective.key], ModelSection.keys, DataSection.keys, BatchSection.keys, OptimizerSection.keys,
    ScheduleSection.keys,
    LossSection.keys, DistillationSection.keys, AverageSection.keys, [Precision.key], ParallelSection.keys,
    CheckpointSection.keys, [EvaluationItem.key], LogSection.keys,
  ].flatMap { $0 }

  private static let seed = RunFileKey(
    "seed", \.seed, .fixed, "of the order of the data, augmentation and initialisation")
}

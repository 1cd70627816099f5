import Foundation
import Pairs

/// What a training run is: the YAML file that a user writes, with every default filled in.
///
/// Keys, meanings and printing: `RunFileKey.all`. Paths are relative to the current directory, not to the file.
/// Defaults are OpenCLIP's recipe, except that warmup is a fraction of the run.
public struct RunFile: Sendable {
  public var seed: UInt64 = 0
  public var model = Model()
  public var data = Data()
  public var batch = Batch()
  public var optimizer = Optimizer()
  public var schedule = Schedule()
  public var loss = Loss()
  public var distillation = Distillation()
  public var ema = MovingAverage()
  /// Never auto once resolved.
  public var precision = Precision.f32
  public var parallel = Parallel()
  public var checkpoint = Checkpoint()
  public var log = Log()

  public init() {}

  public struct Model: Sendable {
    public var config: ModelSource?
    /// A model directory or checkpoint whose parameters the run starts from.
    public var from: String?
    /// The same for one tower's parameters: a model directory, a checkpoint or a safetensors file.
    public var imageFrom: String?
    public var textFrom: String?
    public var lockImage = false
    public var lockText = false
    /// Last groups that learn in a locked tower, see `TowerLocks`.
    public var unlockedImageGroups = 0
    public var unlockedTextGroups = 0
    public var checkpointBlocks = false
  }

  public struct Data: Sendable {
    public var train: [String] = []
    public var tokenizer: String?
    public var augmentation = Augmentation()
    public var loaderThreads = 1
  }

  public struct Batch: Sendable {
    /// B, the global batch.
    public var size = 64
    /// c, pairs encoded at a time. Never nil once resolved.
    public var chunk: Int?
    public var keepGraphs = KeepGraphs.auto
    public var memoryBudget = ByteCount(2 << 30)
  }

  public struct Optimizer: Sendable {
    public var learningRate = 5e-4
    public var beta1 = 0.9
    public var beta2 = 0.98
    public var epsilon = 1e-6
    public var weightDecay = 0.2
    public var clipNorm: Double?
  }

  public struct Schedule: Sendable {
    public var steps: Int?
    public var epochs: Double?
    public var warmup = 0.05
    public var warmupSteps: Int?
    public var kind = ScheduleKind.cosine
    public var finalLearningRate = 0.0
  }

  public struct Loss: Sendable {
    public var kind = LossKind.softmax
    /// The scale itself; the parameter `logit_scale` holds its logarithm. Never nil once resolved.
    public var logitScaleInit: Double?
    public var logitScaleMax = 100.0
    public var logitBiasInit: Double?
    public var temperature = TemperatureRule.learned
    public var duplicates = DuplicateRule.negative
    public var negatives: Int?
    public var gamma = 0.2
    public var gammaDecayEpochs: Int?
    public var epsilon = 1e-14
    public var rho: Double?

    public init() {}
  }

  public struct Distillation: Sendable {
    /// A model directory; nil for none.
    public var teacher: String?
    public var weight = 1.0
  }

  public struct MovingAverage: Sendable {
    /// Nil for no average.
    public var decay: Double?
  }

  public struct Parallel: Sendable {
    /// L. Never nil once resolved.
    public var lanes: Int?
    public var reduction = Reduction.exact
    public var overlap = true
    public var shardOptimizer = false
    public var threads = 1
    /// The default ends a run within 30 seconds, the launcher's part included.
    public var timeoutSeconds: Int? = 20
  }

  public struct Checkpoint: Sendable {
    public var every = 1000
    public var keep: Int? = 3
  }

  public struct Log: Sendable {
    public var every = 100
  }
}

public enum KeepGraphs: String, Sendable, CaseIterable { case auto, always, never }
public enum ScheduleKind: String, Sendable, CaseIterable { case cosine }
public enum LossKind: String, Sendable, CaseIterable {
  case softmax, sigmoid
  case globalContrastive = "global_contrastive"
}
public enum TemperatureRule: String, Sendable, CaseIterable { case learned, constant }

/// Where a model's configuration comes from: an OpenCLIP JSON file, or the same keys written in the run file.
public enum ModelSource: Sendable, Equatable {
  case file(String)
  /// Canonical JSON: keys sorted, no spaces.
  case inline(json: String)
}

/// A number of bytes, written `4096`, `512MiB` or `4GiB`.
public struct ByteCount: Sendable, Equatable {
  public var bytes: Int

  public init(_ bytes: Int) { self.bytes = bytes }
}

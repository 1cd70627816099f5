import CLIP
import Engine
import Runs
import Settings
import Training

/// What a training step will need of each of so many workers, computed before anything is launched.
public struct StepPlan: Sendable {
  public let batch: Int
  public let chunk: Int
  public let workers: Int
  public let lanes: Int
  /// Lanes that go through the encoders at once.
  public let together: Int
  /// Chunks whose graphs wait for backward; a worker's others are encoded twice.
  public let chunksKept: Int
  public let memory: Memory
  public let traffic: StepTraffic
  let model: Planner.Model
  let run: RunFile

  public var pairsPerWorker: Int { batch / workers }
  public var chunksPerWorker: Int { pairsPerWorker / chunk }
  /// Times that a worker runs its encoders over pairs.
  var passes: Int { chunksPerWorker / together }
  var pairsAtOnce: Int { chunk * together }

  /// - Parameter run: resolved for so many workers.
  init(_ run: RunFile, _ model: Planner.Model, workers: Int) {
    self.run = run
    self.model = model
    self.workers = workers
    batch = run.batch.size
    chunk = run.batch.chunk ?? run.batch.size
    lanes = run.parallel.reduction == .fast ? workers : run.parallel.lanes ?? workers
    let learned = model.configuration.parameterLayout(locks: run.model.locks).learned
    let plan = BatchPlan(batch: batch, chunk: chunk, lanes: lanes, workers: workers, rank: 0).together(
      GraphKeeping(run.batch),
      takesLanes: run.loss.hardNegatives == nil
        && model.configuration.takesLanes { tower in learned.contains { $0.tower == tower } }, model.longestGraph)
    together = plan.together
    let pass = plan.together * chunk
    chunksKept =
      switch GraphKeeping(run.batch) {
      case .always: plan.chunksPerWorker
      case .never: 0
      case .within(let bytes):
        plan.together * min(plan.chunksPerWorker / plan.together, bytes / max(1, model.graph.bytesPerPair * pass))
      }
    traffic = StepTraffic(
      model.configuration, locks: run.model.locks, batch: batch, workers: workers,
      reduction: Reduction(run.parallel.reduction),
      shardsOptimizer: run.parallel.shardOptimizer, loss: run.loss)
    memory = Memory(run, model, plan: plan, passesKept: chunksKept / plan.together)
  }

  /// Bytes of a worker, by what they hold.
  public struct Memory: Sendable, Equatable {
    /// f32 values, and their copy for products in bf16.
    public var parameters: Int
    /// The last lane's, which are held no longer than they take to be added to the partial sums of the lanes before it, or
    /// to be updated; all of it where there is no such lane and the norm clips.
    public var gradients: Int
    /// AdamW's two.
    public var moments: Int
    /// The moving average of the parameters; worker 0's alone.
    public var average: Int
    /// The copy that is written while training goes on; worker 0's alone, from the first save on.
    public var checkpoint: Int
    /// What chunks keep until backward, and what backward holds at a time, sums of lanes among it.
    public var graphs: Int
    /// Gathered embeddings, mine and their gradients; of a supervised model products with classes and theirs.
    public var features: Int
    /// Tiles of similarities that the loss keeps.
    public var tiles: Int
    /// My pictures and tokens.
    public var pairs: Int
    /// The program, its libraries and the primitives that oneDNN compiles.
    public var program: Int

    public var total: Int {
      parameters + gradients + moments + average + checkpoint + graphs + features + tiles + pairs + program
    }

    init(_ run: RunFile, _ model: Planner.Model, plan: BatchPlan, passesKept: Int) {
      let (configuration, layout) = (model.configuration, model.configuration.parameterLayout(locks: run.model.locks))
      let (block, sums) = (4 * layout.collectedCount, (plan.myLanes.count / plan.together).trailingZeroBitCount)
      let inFlight = sums == 0 && plan.workers > 1 ? GradientReducer.usualBytesInFlight : 0
      let holdsAll = sums == 0 && run.optimizer.clipNorm != nil
      let side = configuration.vision.imageSize
      let pass = plan.chunk * plan.together
      let graph = model.graph.bytesPerPair * pass
      parameters = layout.blockCount * (run.precision == .bf16 ? 6 : 4)
      gradients = sums * block + (holdsAll ? block : min(block, model.pass.gradientBytes + inFlight))
      moments = 8 * layout.learnedCount / (run.parallel.shardOptimizer ? plan.workers : 1)
      average = run.ema.decay == nil ? 0 : 4 * layout.blockCount
      checkpoint = 4 * layout.blockCount + 8 * layout.learnedCount + average
      graphs =
        max(0, passesKept - 1) * graph + max(graph, pass * model.pass.bytesPerPair) + model.pass.bytesBeside
        + plan.together.trailingZeroBitCount * 4 * Self.largestSum(layout, configuration)
      if let classes = configuration.text.classes {
        let heads = run.distillation.teacher == nil ? 1 : 2
        (features, tiles) = (2 * 4 * heads * classes.count * plan.rowsPerWorker, 0)
      } else {
        let wrong = run.loss.hardNegatives ?? 0
        features =
          4 * configuration.embeddingWidth * ((2 + wrong) * plan.batch + (4 + 2 * wrong) * plan.rowsPerWorker)
        tiles = KeptTiles.bytes(plan)
      }
      let texts = 1 + (run.loss.hardNegatives ?? 0)
      pairs = plan.rowsPerWorker * (3 * side * side + 4 * texts * configuration.text.contextLength)
      program = 64 << 20
    }

    /// Numbers of the largest gradient whose lanes' sums, where lanes pass together, are held one a level of their tree; rows of
    /// a table of words go through the tree one by one.
    private static func largestSum(_ layout: ParameterLayout, _ configuration: ModelConfiguration) -> Int {
      layout.learned.filter { $0.shape.first != configuration.text.vocabularySize }.map(\.count).max() ?? 0
    }
  }
}

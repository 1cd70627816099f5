import Collectives
import Engine
import Files
import Randomness
import Runs
import Settings
import Training

/// The loss alone, forward and backward with its gathers, on random unit rows; what `peers/loss.py` times too.
public struct LossBenchmark: Sendable {
  public var batch: Int
  public var dim: Int
  public var threads: Int
  public var loss: LossSection

  public init(batch: Int, dim: Int, threads: Int, loss: LossSection = LossSection()) {
    self.batch = batch
    self.dim = dim
    self.threads = threads
    self.loss = loss
  }

  public struct Result: Sendable {
    public let seconds: Double
    /// What this process needs beyond the gathered features.
    public let peakBytes: Int
    /// Operations a second, counting four products of batch × batch × dim.
    public let flops: Double
    /// Multiply-adds in registers a second, all workers together.
    public let limitFlops: Double
  }

  public func run(workers: any Communicator) throws -> Result {
    try loss.check(batch: batch)
    Threads.count = threads
    let plan = BatchPlan(
      batch: batch, chunk: batch / workers.size, lanes: workers.size, workers: workers.size, rank: workers.rank)
    let loss = loss.make(plan: plan, seed: 0, pairs: batch)
    let (images, texts) = (unitRows(randomRows(0)), unitRows(randomRows(1)))
    // Every eighth caption is its neighbour's.
    let labels = RowLabels(
      captions: (0..<batch).map { UInt64($0 % 8 == 7 ? $0 - 1 : $0) }, pictures: (0..<batch).map { UInt64($0) },
      samples: Array(0..<batch))
    let before = peakBytes()
    try workers.barrier()
    let start = ContinuousClock.now
    let half = loss.begin(PairBatch(images: images, texts: texts, scale: 14.3, bias: -10, labels: labels))
    let parts = half.finish(try half.statistics.map { try gathered($0, workers) })
    try workers.barrier()
    let seconds = (ContinuousClock.now - start).seconds
    precondition(parts.dImages.isFinite, "loss benchmark: a gradient is not finite")
    return Result(
      seconds: seconds, peakBytes: peakBytes() - before,
      flops: 8 * Double(batch) * Double(batch) * Double(dim) / seconds,
      limitFlops: try workers.together { MultiplyAddRate.peak() })
  }

  private func randomRows(_ which: UInt64) -> Tensor {
    let rows = Tensor(shape: [batch, dim])
    var random = Philox(seed: 0, purpose: .data, sample: which)
    for i in rows.buffer.indices { rows.buffer[i] = random.uniform(in: -1...1) }
    return rows
  }
}

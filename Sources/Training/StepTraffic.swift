import CLIP
import Engine

/// The bytes that a step's collectives carry, before it is run: see `Traffic` for how they are counted.
///
///     features             2·B·D      gathered, pictures' and texts'
///     the loss's           w·B        gathered: for CLIP's loss log-sum-exps, w = 2; see `RunFile.Loss.wordsPerRow`
///     gradients            P          summed, P being what learns, with its padding
///     averages             A          summed, what the running averages of batch statistics take up
///     statistics           S          summed
///
/// A sharded optimizer scatters the sum and gathers the updated values, P each; besides it gathers Σ g² of every bucket, a
/// double from each worker. MPI's own scatter and gather take equal parts, which may pad a bucket.
///
/// - Source: design.md §4.
public struct StepTraffic: Sendable {
  public let bytes: Int

  public init(
    _ model: CLIPModel, batch: Int, workers: Int, reduction: Reduction, shardsOptimizer: Bool,
    loss: RunFile.Loss = RunFile.Loss(), bucketLength: Int = Buckets.usualLength
  ) {
    let buckets = Buckets(model.parameters, length: bucketLength).ranges
    func padded(_ count: Int) -> Int { reduction == .exact ? count : (count + workers - 1) / workers * workers }
    let features = batch * (2 * model.configuration.embeddingWidth + loss.wordsPerRow(batch: batch))
    let gradients =
      shardsOptimizer
      ? buckets.reduce(0) { $0 + 2 * padded($1.count) } + 2 * workers * buckets.count : model.parameters.learnedCount
    let statistics = GradientBlock.count(model.parameters) - model.parameters.learnedCount
    bytes = 4 * (features + gradients + statistics)
  }
}

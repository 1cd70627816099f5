import CLIP
import Engine
import Settings
import Training

/// The bytes that a step's collectives carry, before it is run: see `Traffic` for how they are counted.
///
///     features             2·B·D      gathered, pictures' and texts'; B·D more for each wrong caption a pair
///     the loss's           w·B        gathered: for CLIP's loss log-sum-exps, w = 2; see `LossSection.wordsPerRow`;
///                                     of a supervised model the rows' losses alone, and no features
///     gradients            P          summed, P being what learns, with its padding
///     averages             A          summed, what the running averages of batch statistics take up
///     statistics           S          summed
///
/// A sharded optimizer scatters the sum and gathers the updated values, P each; besides it gathers Σ g² of every bucket, a
/// double from each worker. MPI's own scatter and gather take equal parts, which may pad a bucket.
public struct StepTraffic: Sendable {
  public let featureBytes: Int
  /// What the loss gathers besides.
  public let lossBytes: Int
  /// Gradients, averages and statistics.
  public let reductionBytes: Int
  /// What a sharded optimizer's workers tell each other.
  public let shareBytes: Int
  /// Into how many buckets the gradients fall, and what part of them the largest has.
  let buckets: Int
  let largestBucket: Double

  public var bytes: Int { featureBytes + lossBytes + reductionBytes + shareBytes }

  public init(
    _ configuration: ModelConfiguration, locks: TowerLocks = TowerLocks(), batch: Int, workers: Int,
    reduction: Reduction, shardsOptimizer: Bool, loss: LossSection = LossSection(),
    bucketLength: Int = Buckets.usualLength
  ) {
    let parameters = configuration.parameterLayout(locks: locks)
    let layout = Buckets(parameters, length: bucketLength)
    let padsBuckets = shardsOptimizer && reduction == .fast
    let gradients = layout.ranges.reduce(0) {
      $0 + (padsBuckets ? ($1.count + workers - 1) / workers * workers : $1.count)
    }
    buckets = layout.ranges.count
    largestBucket = Double(layout.ranges.map(\.count).max() ?? 0) / Double(max(1, parameters.learnedCount))
    let statistics = BucketedGradients.statisticsCount(layout)
    let isSupervised = configuration.text.classes != nil
    featureBytes = isSupervised ? 0 : 4 * batch * (2 + (loss.hardNegatives ?? 0)) * configuration.embeddingWidth
    lossBytes = 4 * batch * (isSupervised ? 1 : loss.wordsPerRow(batch: batch))
    reductionBytes = 4 * (gradients + statistics)
    shareBytes = shardsOptimizer ? 4 * (gradients + 2 * workers * buckets) : 0
  }
}

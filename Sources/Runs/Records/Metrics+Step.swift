import Collectives
import Foundation
import Training

extension Metrics {
  /// What one step found, and what it took; without the noise scale, which takes the steps before.
  ///
  /// - Parameters:
  ///   - step: steps done, this one included.
  ///   - norms: of the gradient, before clipping.
  ///   - accounts: all workers', in rank order.
  ///   - length: of an epoch, in samples.
  ///   - seconds: of the whole step.
  ///   - peakBytes: the most memory that this process has held at once.
  init(
    step: Int, _ outcome: TrainingStep.Outcome, _ norms: GradientNorms, _ accounts: [WorkerAccount], _ plan: BatchPlan,
    epoch length: Int, learningRate: Float, seconds: Double, peakBytes: Int
  ) {
    self.init()
    self.step = step
    samples = step * plan.batch
    epoch = Double(samples) / Double(length)
    loss = outcome.loss
    logitScale = Double(outcome.scale)
    self.learningRate = Double(learningRate)
    imageToTextTop1 = outcome.imageHits
    textToImageTop1 = outcome.textHits
    (duplicates, duplicateImages) = (outcome.duplicateCaptions, outcome.duplicatePictures)
    (duplicateLabels, effectiveNegatives) = (outcome.duplicateLabels, outcome.effectiveNegatives)
    hardNegatives = outcome.hardNegatives
    (gradientNorm, imageGradientNorm, textGradientNorm) = (norms.whole, norms.images, norms.texts)
    let noise = NoiseScale(laneSquares: outcome.laneSquares, norm: norms.whole, batch: plan.batch, lanes: plan.lanes)
    (gradientSignal, gradientNoise, noiseScale) = (noise.signal, noise.noise, .nan)
    self.seconds = seconds
    pairsPerSecond = Double(plan.batch) / seconds
    setPhases(accounts[0].phases)
    let slowest = accounts.max { $0.ownSeconds < $1.ownSeconds }
    (slowestWorker, slowestSeconds) = (slowest?.worker ?? 0, slowest?.ownSeconds ?? 0)
    wireBytes = accounts[0].traffic.bytes
    self.peakBytes = peakBytes
    time = (1000 * Date().timeIntervalSince1970).rounded() / 1000
  }

  private mutating func setPhases(_ phases: Phases) {
    dataSeconds = phases[.data]
    encodeSeconds = phases[.encode]
    gatherSeconds = phases[.gather]
    lossSeconds = phases[.loss]
    backwardSeconds = phases[.backward]
    reduceSeconds = phases[.reduce]
    updateSeconds = phases[.update]
    gatherHiddenSeconds = phases.hidden(.gather)
    reduceHiddenSeconds = phases.hidden(.reduce)
  }
}

import Training

extension Metrics {
  /// What a step found and what it took.
  init(_ outcome: TrainingStep.Outcome, _ norms: GradientNorms, _ noise: NoiseScale, _ accounts: [WorkerAccount]) {
    self.init()
    loss = outcome.loss
    imageToTextTop1 = outcome.imageHits
    textToImageTop1 = outcome.textHits
    (duplicates, duplicateImages) = (outcome.duplicateCaptions, outcome.duplicatePictures)
    (gradientNorm, imageGradientNorm, textGradientNorm) = (norms.whole, norms.images, norms.texts)
    (gradientSignal, gradientNoise, noiseScale) = (noise.signal, noise.noise, noise.scale)
    take(accounts[0].phases)
    let slowest = accounts.max { $0.ownSeconds < $1.ownSeconds }
    (slowestWorker, slowestSeconds) = (slowest?.worker ?? 0, slowest?.ownSeconds ?? 0)
  }

  private mutating func take(_ phases: Phases) {
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

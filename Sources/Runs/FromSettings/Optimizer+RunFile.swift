import Engine
import Settings
import Training

extension Optimizer.Settings {
  init(_ run: RunFile) {
    let settings = run.optimizer
    self.init(
      adamW: AdamW(
        beta1: Float(settings.beta1), beta2: Float(settings.beta2), epsilon: Float(settings.epsilon)),
      weightDecay: Float(settings.weightDecay), clipNorm: settings.clipNorm.map { Float($0) },
      largestScale: Float(run.loss.logitScaleMax), layerDecay: settings.layerDecay)
  }
}

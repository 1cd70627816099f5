import Foundation

/// The learning rate of every step: a linear rise, then half a cosine down to the final rate.
///
///     step < warmup:   peak · (step + 1) / warmup
///     else:            final + (peak − final) · ½ (1 + cos(π · (step − warmup) / (steps − warmup)))
///
/// - Source: OpenCLIP, `cosine_lr` in open_clip_train/scheduler.py (where final is 0).
public struct Schedule: Sendable, Equatable {
  /// Length of the run.
  public let steps: Int
  public let warmupSteps: Int
  public let peak: Double
  public let final: Double

  public init(steps: Int, warmupSteps: Int, peak: Double, final: Double = 0) {
    precondition(steps > 0 && warmupSteps >= 0, "schedule: \(steps) steps, \(warmupSteps) of warmup")
    self.steps = steps
    self.warmupSteps = warmupSteps
    self.peak = peak
    self.final = final
  }

  /// - Parameter step: counted from 0.
  public func learningRate(at step: Int) -> Double {
    if step < warmupSteps { return peak * Double(step + 1) / Double(warmupSteps) }
    if step >= steps { return final }
    let done = Double(step - warmupSteps) / Double(steps - warmupSteps)
    return final + (peak - final) * 0.5 * (1 + cos(.pi * done))
  }
}

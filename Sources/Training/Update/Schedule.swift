import Foundation

/// The learning rate of every step: a linear rise, then a fall to the final rate of one form or another.
///
///     step < warmup:   peak · (step + 1) / warmup
///     cosine:          final + (peak − final) · ½ (1 + cos(π t)),    t = (step − warmup) / (steps − warmup)
///     linear:          final + (peak − final) · (1 − t)
///     constant:        peak
///     cooldown:        peak, and for the last c steps  final + (peak − final) · (1 − t)^p,  t = (step − (steps − c)) / c
///
/// - Source: OpenCLIP, `cosine_lr`, `const_lr`, `const_lr_cooldown` in open_clip_train/scheduler.py (where cosine ends at 0).
public struct Schedule: Sendable, Equatable {
  /// The length of the run, in steps.
  public let steps: Int
  public let warmupSteps: Int
  public let peak: Double
  public let final: Double
  public let form: Form

  /// What follows the warmup.
  public enum Form: Sendable, Equatable {
    case cosine, linear, constant
    /// Falls in the last `steps` alone.
    case cooldown(steps: Int, power: Double)
  }

  public init(steps: Int, warmupSteps: Int, peak: Double, final: Double = 0, form: Form = .cosine) {
    precondition(steps > 0 && warmupSteps >= 0, "schedule: \(steps) steps, \(warmupSteps) of warmup")
    self.steps = steps
    self.warmupSteps = warmupSteps
    self.peak = peak
    self.final = final
    self.form = form
  }

  /// The learning rate of a step.
  ///
  /// - Parameter step: counted from 0.
  public func learningRate(at step: Int) -> Double {
    if step < warmupSteps { return peak * Double(step + 1) / Double(warmupSteps) }
    if step >= steps { return form == .constant ? peak : final }
    let done = Double(step - warmupSteps) / Double(steps - warmupSteps)
    switch form {
    case .cosine: return final + (peak - final) * 0.5 * (1 + cos(.pi * done))
    case .linear: return final + (peak - final) * (1 - done)
    case .constant: return peak
    case .cooldown(let length, let power):
      let begin = steps - length
      return step < begin ? peak : final + (peak - final) * pow(1 - Double(step - begin) / Double(length), power)
    }
  }
}

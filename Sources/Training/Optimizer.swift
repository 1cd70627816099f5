import CLIP
import Engine
import Foundation

/// AdamW over the parameter block, with clipping and OpenCLIP's rule of what decays.
public final class Optimizer {
  public let settings: Settings
  /// Of what learns: laid out like the begin of the parameters' values.
  public let firstMoment: Tensor
  public let secondMoment: Tensor
  public let model: CLIPModel
  private let stretches: [Stretch]

  public struct Settings: Sendable {
    public var adamW: AdamW
    public var weightDecay: Float
    /// Largest norm of the whole gradient; nil for no clipping.
    public var clipNorm: Float?
    /// Largest logit scale after a step, 100 in CLIP; the smallest is 1.
    public var largestScale: Float

    public init(adamW: AdamW, weightDecay: Float, clipNorm: Float?, largestScale: Float = 100) {
      self.adamW = adamW
      self.weightDecay = weightDecay
      self.clipNorm = clipNorm
      self.largestScale = largestScale
    }
  }

  /// Neighbouring parameters that decay alike are updated in one call.
  private struct Stretch {
    var range: Range<Int>
    let decays: Bool
  }

  public init(_ model: CLIPModel, _ settings: Settings) {
    self.settings = settings
    self.model = model
    firstMoment = Tensor(shape: [model.parameters.learnedCount], repeating: 0)
    secondMoment = Tensor(shape: [model.parameters.learnedCount], repeating: 0)
    stretches = Self.stretches(model.parameters)
  }

  /// Vectors, scalars and position embeddings don't decay.
  ///
  /// - Source: OpenCLIP's `optim.py`, main: ndim ≤ 1 or `no_weight_decay()`.
  static func decays(_ declaration: Parameters.Declaration) -> Bool {
    declaration.shape.count > 1
      && !["positional_embedding", "visual.positional_embedding", "text.positional_embedding"].contains(declaration.name)
  }

  private static func stretches(_ parameters: Parameters) -> [Stretch] {
    var stretches: [Stretch] = []
    let learned = parameters.learned
    let ends = learned.dropFirst().map(\.offset) + [parameters.learnedCount]
    for (declaration, end) in zip(learned, ends) {
      if let last = stretches.last, last.decays == decays(declaration) {
        stretches[stretches.count - 1].range = last.range.lowerBound..<end
      } else {
        stretches.append(Stretch(range: declaration.offset..<end, decays: decays(declaration)))
      }
    }
    return stretches
  }

  /// One update.
  ///
  /// - Parameters:
  ///   - gradients: laid out like the moments; left as they are.
  ///   - step: from 1.
  /// - Returns: the gradient's norm, before clipping.
  public func update(_ gradients: Tensor, step: Int, learningRate: Float) -> Float {
    let norm = Float(gradients.sumOfSquares.squareRoot())
    // PyTorch's clip_grad_norm_: the 1e-6 is its own.
    let clip = settings.clipNorm.map { min(1, $0 / (norm + 1e-6)) } ?? 1
    for stretch in stretches {
      settings.adamW.update(
        model.parameters.values.elements(stretch.range), firstMoment: firstMoment.elements(stretch.range),
        secondMoment: secondMoment.elements(stretch.range), gradient: gradients.elements(stretch.range), step: step,
        learningRate: learningRate, weightDecay: stretch.decays ? settings.weightDecay : 0, gradientScale: clip)
    }
    clampScale()
    model.parameters.valuesChanged()
    return norm
  }

  private func clampScale() {
    let logScale = model.logScale.tensor.buffer
    logScale[0] = min(max(logScale[0], 0), log(settings.largestScale))
  }
}

import CLIP
import Collectives
import Engine
import Foundation

/// AdamW over the parameter block, with clipping and OpenCLIP's rule of what decays.
public final class Optimizer {
  public let settings: Settings
  public let model: CLIPModel
  private let moments: Moments
  private let buckets: Buckets
  private let wire: Wire?
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

  /// - Parameter wire: what a sharded optimizer's workers exchange their shares over.
  public init(_ model: CLIPModel, _ settings: Settings, buckets: Buckets? = nil, wire: Wire? = nil) {
    let buckets = buckets ?? Buckets(model.parameters)
    self.settings = settings
    self.model = model
    self.buckets = buckets
    self.wire = wire
    moments = Moments(of: wire?.shares(buckets) ?? buckets.ranges)
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

  /// One update, of all parameters or of this worker's share, which the others then get.
  ///
  /// - Parameters:
  ///   - gradients: laid out like the parameters' values, up to the last average; left as they are.
  ///   - step: from 1.
  /// - Returns: the gradient's norms, before clipping.
  public func update(_ gradients: Tensor, step: Int, learningRate: Float) throws -> GradientNorms {
    updateAverages(model.parameters, gradients)
    let norms = try GradientNorms(gradients, buckets, wire)
    // PyTorch's clip_grad_norm_: the 1e-6 is its own.
    let clip = settings.clipNorm.map { min(1, $0 / (Float(norms.whole) + 1e-6)) } ?? 1
    try sharingValues { bucket in
      for (range, stretch) in stretches(within: moments.ranges[bucket]) {
        settings.adamW.update(
          model.parameters.values.elements(range), firstMoment: moments.first(range, of: bucket),
          secondMoment: moments.second(range, of: bucket), gradient: gradients.elements(range), step: step,
          learningRate: learningRate, weightDecay: stretch.decays ? settings.weightDecay : 0, gradientScale: clip)
      }
    }
    clampScale()
    return norms
  }

  /// Updates bucket by bucket, the copy for products too, while a bucket is in the caches; where shares are updated, a
  /// bucket's are gathered while the next one's are.
  private func sharingValues(_ update: (_ bucket: Int) -> Void) throws {
    guard let wire, wire.shardsOptimizer else {
      for (bucket, range) in buckets.ranges.enumerated() {
        update(bucket)
        model.parameters.valuesChanged(in: range)
      }
      return
    }
    try wire.guarding {
      for (bucket, range) in buckets.ranges.enumerated() {
        update(bucket)
        let values = model.parameters.values
        let (part, reduction) = (values.elements(range).buffer, wire.reduction)
        try wire.post(keeping: values) { try reduction.gather(part, $0) }
      }
      try wire.finish()
    }
    model.parameters.valuesChanged()
  }

  private func stretches(within range: Range<Int>) -> [(Range<Int>, Stretch)] {
    stretches.map { ($0.range.clamped(to: range), $0) }.filter { !$0.0.isEmpty }
  }

  /// No product takes the scale, so there is no copy of it to bring up to date.
  private func clampScale() {
    let logScale = model.logScale.tensor.buffer
    logScale[0] = min(max(logScale[0], 0), log(settings.largestScale))
  }
}

extension Optimizer {
  /// Both moments of all parameters, laid out like their values, for a checkpoint. Called by all workers.
  ///
  /// - Returns: nil on all but worker 0.
  package func wholeMoments() throws -> (first: Tensor, second: Tensor)? {
    try moments.whole(buckets, wire)
  }

  /// Takes what is this worker's of both moments of all parameters.
  func take(first: Tensor, second: Tensor) { moments.take(first, second) }
}

import CLIP
import Collectives
import Engine
import Foundation

/// AdamW over the parameter block, with clipping and OpenCLIP's rule of what decays.
public final class Optimizer {
  public let settings: Settings
  public let model: CLIPModel
  package let buckets: Buckets
  let moments: Moments
  let exchange: Exchange?
  /// Where updates are timed.
  let clock: PhaseClock
  private let stretches: [Stretch]

  public struct Settings: Sendable {
    public var adamW: AdamW
    public var weightDecay: Float
    /// Largest norm of the whole gradient; nil for no clipping.
    public var clipNorm: Float?
    /// Largest logit scale after a step, 100 in CLIP; the smallest is 1.
    public var largestScale: Float
    /// By which a layer's learning rate is that of the one above it; nil: all learn alike.
    public var layerDecay: Double?

    public init(
      adamW: AdamW, weightDecay: Float, clipNorm: Float?, largestScale: Float = 100, layerDecay: Double? = nil
    ) {
      self.adamW = adamW
      self.weightDecay = weightDecay
      self.clipNorm = clipNorm
      self.largestScale = largestScale
      self.layerDecay = layerDecay
    }
  }

  /// Neighbouring parameters that decay and learn alike are updated in one call.
  private struct Stretch {
    var range: Range<Int>
    let decays: Bool
    /// What the learning rate is multiplied by.
    let rate: Float
  }

  /// - Parameter exchange: what a sharded optimizer's workers exchange their shares over.
  public init(_ model: CLIPModel, _ settings: Settings, buckets: Buckets? = nil, exchange: Exchange? = nil) {
    let buckets = buckets ?? Buckets(model.parameters.layout)
    self.settings = settings
    self.model = model
    self.buckets = buckets
    self.exchange = exchange
    clock = exchange?.clock ?? PhaseClock()
    moments = Moments(of: exchange?.shares(buckets) ?? buckets.ranges)
    stretches = Self.stretches(model.parameters, settings)
  }

  private static func stretches(_ parameters: Parameters, _ settings: Settings) -> [Stretch] {
    var stretches: [Stretch] = []
    let learned = parameters.learned
    let ends = learned.dropFirst().map(\.offset) + [parameters.learnedCount]
    for (declaration, end) in zip(learned, ends) {
      let rate = settings.rate(of: declaration)
      if let last = stretches.last, last.decays == declaration.decays, last.rate == rate {
        stretches[stretches.count - 1].range = last.range.lowerBound..<end
      } else {
        stretches.append(Stretch(range: declaration.offset..<end, decays: declaration.decays, rate: rate))
      }
    }
    return stretches
  }

  /// Begins the update of a step.
  ///
  /// - Parameters:
  ///   - step: from 1.
  ///   - average: moves once the parameters have.
  ///   - skipsNotFinite: whether a step whose loss or gradient isn't finite changes nothing; all gradients are then held
  ///     until that is known.
  public func begin(
    step: Int, learningRate: Float, average: ParameterAverage? = nil, skipsNotFinite: Bool = false
  ) -> Update {
    Update(self, step: step, learningRate: learningRate, average: average, skipsNotFinite: skipsNotFinite)
  }

  /// Updates all buckets at once, from a step that updated none.
  ///
  /// - Returns: the gradient's norms, before clipping.
  package func update(_ sums: BucketedGradients, step: Int, learningRate: Float) throws -> GradientNorms {
    try begin(step: step, learningRate: learningRate).applyRest(of: sums)
  }

  /// Updates what of a bucket is this worker's, and where that is all of it the values' copy for products too, piece by
  /// piece while a piece is in the caches.
  ///
  /// - Parameter gradient: the bucket's.
  func apply(_ bucket: Int, _ gradient: Tensor, step: Int, learningRate: Float, gradientScale: Float) {
    let begin = buckets.all[bucket].range.lowerBound
    for stretch in stretches {
      for range in stretch.range.clamped(to: moments.ranges[bucket]).pieces(of: Self.pieceLength) {
        settings.adamW.update(
          model.parameters.values.elements(range), firstMoment: moments.first(range, of: bucket),
          secondMoment: moments.second(range, of: bucket), gradient: gradient.elements(range.shifted(by: -begin)),
          step: step, learningRate: stretch.rate * learningRate, weightDecay: stretch.decays ? settings.weightDecay : 0,
          gradientScale: gradientScale)
        if !sharesValues { model.parameters.valuesChanged(in: range) }
      }
    }
  }

  /// 1 MiB of values, and as much of moments and gradients each.
  private static let pieceLength = 1 << 18

  /// Whether others have updated values that this worker still has to get.
  var sharesValues: Bool { exchange?.shardsOptimizer ?? false }

  /// No product takes the scale, so there is no copy of it to bring up to date.
  func clampScale() {
    let logScale = model.logScale.values.buffer
    logScale[0] = min(max(logScale[0], 0), log(settings.largestScale))
  }
}

extension Range<Int> {
  fileprivate func pieces(of length: Int) -> some Sequence<Range<Int>> {
    stride(from: lowerBound, to: upperBound, by: length).lazy.map { $0..<Swift.min($0 + length, upperBound) }
  }
}

extension Optimizer {
  /// Both moments of all parameters, laid out like their values, for a checkpoint. Called by all workers.
  ///
  /// - Returns: nil on all but worker 0.
  package func wholeMoments() throws -> (first: Tensor, second: Tensor)? {
    try moments.whole(buckets, exchange)
  }

  /// Sets what is this worker's from both moments of all parameters.
  package func setMoments(first: Tensor, second: Tensor) { moments.set(first, second) }
}

extension Optimizer.Settings {
  /// What a parameter's learning rate is multiplied by: the layer decay once for each layer between it and its tower's
  /// end, whose groups are those that towers are locked by. Scale and bias learn as the ends do.
  ///
  /// - Source: Clark et al., “ELECTRA”, 2020; Bao et al., “BEiT”, 2021. timm's `param_groups_layer_decay`.
  func rate(of declaration: Parameters.Declaration) -> Float {
    guard let layerDecay, let layer = declaration.lockGroup else { return 1 }
    return Float(pow(layerDecay, Double(layer)))
  }
}

import CLIP
import Collectives
import Engine

extension Optimizer {
  /// The update of one step, bucket by bucket; it times itself.
  ///
  /// Where nothing clips, a bucket is updated as soon as its gradient's sum is there: backward, which may still be
  /// under way, is through with its parameters. Else all are once the norm of the whole gradient is known. The bits are
  /// the same.
  public final class Update {
    private let optimizer: Optimizer
    private let step: Int
    private let learningRate: Float
    private let average: ParameterAverage?
    let skipsNotFinite: Bool
    /// The first parameter whose gradient this worker found not to be finite.
    public private(set) var notFinite: String?
    /// Σ g² of what of each bucket is this worker's; nil for one that isn't there yet.
    private var squares: [Double?]

    init(
      _ optimizer: Optimizer, step: Int, learningRate: Float, average: ParameterAverage?, skipsNotFinite: Bool
    ) {
      (self.optimizer, self.step, self.learningRate, self.average) = (optimizer, step, learningRate, average)
      self.skipsNotFinite = skipsNotFinite
      squares = Array(repeating: nil, count: optimizer.buckets.all.count)
    }

    var buckets: Buckets { optimizer.buckets }

    /// Whether a bucket that is received is through.
    var letsGo: Bool { optimizer.settings.clipNorm == nil && !skipsNotFinite }

    /// Receives a bucket's sum, of which this worker's share must be whole: updates its parameters, if nothing clips.
    func receive(_ bucket: Int, of sums: BucketedGradients) {
      optimizer.clock.time(.update) {
        let gradient = sums.gradients(of: bucket)
        let begin = buckets.all[bucket].range.lowerBound
        let share = gradient.elements(optimizer.moments.ranges[bucket].shifted(by: -begin))
        let sum = GradientNorms.squares(of: share, optimizer.exchange)
        squares[bucket] = sum
        if !sum.isFinite {
          let found = buckets.all[bucket].parameters.first { !sums.part($0).isFinite }
          notFinite = notFinite ?? found?.name ?? buckets.all[bucket].parameters.first?.name
        }
        guard letsGo, notFinite == nil else { return }
        apply(bucket, gradient, scale: 1)
        sums.letGo(bucket)
      }
    }

    /// Receives the buckets that haven't been yet and updates what is left; where shares are updated, the others then
    /// get them. The update is through then.
    ///
    /// Where the loss or the gradient isn't finite, nothing more is updated, and with `skipsNotFinite` nothing at all.
    ///
    /// - Returns: the gradient's norms, before clipping.
    public func applyRest(of sums: BucketedGradients) throws -> GradientNorms {
      try optimizer.clock.time(.update) {
        for bucket in squares.indices where squares[bucket] == nil { receive(bucket, of: sums) }
        let norms = try GradientNorms(squares.compactMap { $0 }, buckets, optimizer.exchange)
        guard norms.whole.isFinite, sums[.loss].isFinite else { return norms }
        BatchStatistics(of: optimizer.model.parameters).move(toward: sums)
        // PyTorch's clip_grad_norm_: the 1e-6 is its own.
        let clip = optimizer.settings.clipNorm.map { min(1, $0 / (Float(norms.whole) + 1e-6)) }
        try optimizer.sharingValues { bucket in
          if !letsGo { apply(bucket, sums.gradients(of: bucket), scale: clip ?? 1) }
        }
        optimizer.clampScale()
        average?.update()
        return norms
      }
    }

    private func apply(_ bucket: Int, _ gradient: Tensor, scale: Float) {
      optimizer.apply(bucket, gradient, step: step, learningRate: learningRate, gradientScale: scale)
    }
  }

  /// Calls `update` for each bucket; where it updates shares, a bucket's are gathered while the next one is updated and
  /// the one before is copied for products.
  private func sharingValues(_ update: (_ bucket: Int) -> Void) throws {
    guard sharesValues, let exchange else { return buckets.all.indices.forEach(update) }
    let (values, ranges) = (model.parameters.values, buckets.ranges)
    var copied = 0
    func copy(_ gathered: Int) {
      for range in ranges[copied..<max(copied, gathered)] { model.parameters.valuesChanged(in: range) }
      copied = max(copied, gathered)
    }
    try exchange.guarding {
      for (bucket, range) in ranges.enumerated() {
        update(bucket)
        let (part, reduction) = (values.elements(range).buffer, exchange.reduction)
        try exchange.post(keeping: values) { try reduction.gather(part, $0) }
        copy(try exchange.wait(for: bucket))
      }
      try exchange.waitForAll()
    }
    copy(ranges.count)
  }
}

import CLIP
import Engine
import Pairs

/// Supervised training's loss: cross-entropy of a picture's own class among all.
///
///     L = 1/B Σ_i (ln Σ_c exp(s w_c · x_i) − s w_yi · x_i)
///
/// x are unit embeddings, w the vectors of the model's linear head, s the logit scale; y comes as a chunk's tokens.
public struct ClassLoss: RowLoss {
  private let factor: Float
  private let learnsScale: Bool

  public init(batch: Int, learnsScale: Bool = true) { (factor, self.learnsScale) = (1 / Float(batch), learnsScale) }

  public func source(in model: CLIPModel) -> FeatureSource { .classProducts }

  /// The pictures' classes, as numbers.
  public func targets(_ chunk: Batch) -> Tensor { Tensor(shape: [chunk.count, 1], chunk.tokens.map(Float.init)) }

  public func addGradient(of features: Tensor, targets: Tensor, scale: Float, to gradient: Tensor) -> [RowPart] {
    let rows = crossEntropy(
      features, own: targets.array.map { Int32($0) }, scale: scale, factor: factor, addingTo: gradient)
    return rows.map { RowPart(loss: $0.loss, dScale: learnsScale ? $0.dScale : 0, isHit: $0.isHit) }
  }
}

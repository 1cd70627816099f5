import CLIP
import Engine
import Pairs

/// The loss against a teacher, to whose features of the pictures the student's are drawn.
///
///     L_d = w/B Σ_i (1 − x_i · t_i)        dx_i = −w/B t_i
///
/// x and t are unit rows, so the product is their cosine. In a student with a distillation token x is that token's own
/// projection, as in DeiT; else what the contrast uses.
///
/// - Source: feature distillation of Yang et al., “CLIP-KD”, 2024, whose squared distance is 2 (1 − x · t) for unit
///   rows.
public struct Distillation: RowLoss {
  private let teacher: CLIPModel
  private let factor: Float

  /// - Parameters:
  ///   - teacher: takes pictures of the student's size and gives features of its width.
  ///   - weight: w
  public init(_ teacher: CLIPModel, weight: Double, batch: Int) {
    self.teacher = teacher
    factor = Float(weight / Double(batch))
  }

  public func source(in model: CLIPModel) -> FeatureSource {
    model.hasDistillationToken ? .distillationToken : .images
  }

  /// Not with a teacher of convolutions, see `ModelConfiguration.takesLanes`.
  public var comparesApart: Bool { !teacher.configuration.vision.isConvolutional }

  /// The teacher's features of the chunk's pictures.
  public func targets(_ chunk: Batch) -> Tensor { teacher.imageFeatures(chunk.images) }

  public func addGradient(of features: Tensor, targets: Tensor, scale: Float, to gradient: Tensor) -> [RowPart] {
    distill(features, teacher: targets, factor: factor, addingTo: gradient).map {
      RowPart(loss: Double(factor) * (1 - Double($0)))
    }
  }
}

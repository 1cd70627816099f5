import CLIP
import Engine
import Pairs

/// A teacher, whose pictures' features the student's are drawn to, beside the contrastive loss.
///
///     L_d = w/B Σ_i (1 − x_i · t_i)        dx_i = −w/B t_i
///
/// x and t are unit rows, so the product is their cosine. In a student with a distillation token x is that token's own
/// projection, as in DeiT; else what the contrast uses. A row's loss needs no other row: nothing is gathered, and the
/// division by B happens here, once, so workers' shares simply add.
///
/// - Source: feature distillation of Yang et al., “CLIP-KD”, 2024, whose squared distance is 2 (1 − x · t) for unit rows.
public struct Distillation {
  private let teacher: CLIPModel
  private let factor: Float

  /// - Parameters:
  ///   - teacher: takes pictures of the student's size and gives features of its width.
  ///   - weight: w
  public init(_ teacher: CLIPModel, weight: Double, batch: Int) {
    self.teacher = teacher
    factor = Float(weight / Double(batch))
  }

  /// The teacher's features of a chunk; nothing is kept for a backward pass.
  func features(_ chunk: Batch) -> Tensor { teacher.imageFeatures(chunk.images) }

  /// Adds the gradient of my rows to `dImages`.
  ///
  /// - Returns: each row's part of L_d.
  func run(_ images: Tensor, teacher: Tensor, addingTo dImages: Tensor) -> [Double] {
    distill(images, teacher: teacher, factor: factor, addingTo: dImages).map { Double(factor) * (1 - Double($0)) }
  }
}

extension Distillation {
  /// What a run file asks for; nil without a teacher.
  init?(_ run: RunFile) throws {
    guard let path = run.distillation.teacher else { return nil }
    let teacher = try ModelDirectory(path).load()
    teacher.parameters.store(as: run.precision.element)
    self.init(teacher, weight: run.distillation.weight, batch: run.batch.size)
  }

  /// Throws unless the run's teacher suits its model.
  static func check(_ run: RunFile, _ student: ModelConfiguration) throws {
    guard let path = run.distillation.teacher else { return }
    let teacher = try ModelDirectory(path).configuration()
    for (field, theirs, mine) in [
      ("embed_dim", teacher.embeddingWidth, student.embeddingWidth),
      ("vision_cfg.image_size", teacher.vision.imageSize, student.vision.imageSize),
    ] where theirs != mine {
      throw TrainingError.teacher(path: path, field: field, teacher: theirs, student: mine)
    }
  }
}

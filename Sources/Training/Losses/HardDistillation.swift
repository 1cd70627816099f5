import CLIP
import Engine
import Pairs

/// DeiT's loss with hard labels: one head learns a picture's own class, on the class token, and the other the class that a
/// teacher takes it for, on the distillation token.
///
///     L = 1/(2B) Σ_i [CE(z¹_i, y_i) + CE(z²_i, argmax_c t_ic)],  z¹ = 2s x¹ · W¹,  z² = 2s x² · W²
///
/// x¹ and x² are the halves of a unit embedding, W¹ and W² those of the classes' vectors, t the teacher's logits. So a model
/// asked by its whole embedding, s x · W, gives the mean of both heads' logits.
///
/// - Source: Touvron et al., “Training data-efficient image transformers & distillation through attention”, 2021, arXiv
///   2012.12877, eq. 3. There both heads' softmaxes are added to predict; the authors' code and timm's average the logits.
public struct HardDistillation: RowLoss {
  private let teacher: CLIPModel
  private let factor: Float
  private let learnsScale: Bool

  /// - Parameter teacher: tells the student's classes apart, in their order, by pictures of the student's size.
  public init(_ teacher: CLIPModel, batch: Int, learnsScale: Bool = true) {
    self.teacher = teacher
    factor = 1 / Float(2 * batch)
    self.learnsScale = learnsScale
  }

  public func source(in model: CLIPModel) -> FeatureSource { .headProducts }

  /// The pictures' classes and those that the teacher takes them for, as numbers, `[count, 2]`.
  public func targets(_ chunk: Batch) -> Tensor {
    let products = teacher.classProducts(teacher.imageFeatures(chunk.images))
    let taught = (0..<chunk.count).map { firstLargest(products.rows($0..<$0 + 1).array) }
    return Tensor(shape: [chunk.count, 2], zip(chunk.tokens, taught).flatMap { [Float($0), Float($1)] })
  }

  public func addGradient(of features: Tensor, targets: Tensor, scale: Float, to gradient: Tensor) -> [RowPart] {
    let (rows, classes, numbers) = (features.rows, features.width / 2, targets.array.map { Int32($0) })
    let parts = crossEntropy(
      features.reshaped([2 * rows, classes]), own: numbers, scale: 2 * scale, factor: factor,
      addingTo: gradient.reshaped([2 * rows, classes]))
    return (0..<rows).map { row in
      let (own, taught) = (parts[2 * row], parts[2 * row + 1])
      return RowPart(
        loss: own.loss + taught.loss, dScale: learnsScale ? 2 * (own.dScale + taught.dScale) : 0,
        isHit: isHit(features.rows(row..<row + 1).array, own: Int(numbers[2 * row])))
    }
  }

  /// Whether the heads' mean has no other class as large.
  private func isHit(_ products: [Float], own: Int) -> Bool {
    let classes = products.count / 2
    let sums = (0..<classes).map { products[$0] + products[classes + $0] }
    return sums[own].isFinite && sums.count { $0 < sums[own] } == classes - 1
  }
}

/// The place of the largest number, the first one of a tie; 0 where none is a number.
private func firstLargest(_ numbers: [Float]) -> Int {
  numbers.indices.reduce(0) { numbers[$1] > numbers[$0] || numbers[$0].isNaN && !numbers[$1].isNaN ? $1 : $0 }
}

import CLIP
import Engine
import Pairs

/// A loss of each row by itself, beside the one over all pairs: it needs no other row, so nothing is gathered for it.
///
/// It divides by the global batch within, once, so workers' shares simply add.
public protocol RowLoss {
  /// What of that model's features it looks at, and has a gradient for.
  func source(in model: CLIPModel) -> FeatureSource

  /// What the rows of a chunk are compared with. Nothing is kept for a backward pass.
  ///
  /// - Returns: `[chunk.count, width]`
  func targets(_ chunk: Batch) -> Tensor

  /// Adds the gradient of my rows to `gradient`.
  ///
  /// - Parameters:
  ///   - features, targets: of my rows, as is their gradient: `[rows, width]`.
  /// - Returns: each row's part of the loss.
  func addGradient(of features: Tensor, targets: Tensor, to gradient: Tensor) -> [Double]
}

import CLIP
import Engine
import Pairs

/// A loss of each row by itself, beside the one over all pairs or alone: it needs no other row, so nothing is gathered
/// for it.
///
/// It divides by the global batch within, once, so workers' shares simply add.
public protocol RowLoss {
  /// What of that model's features it looks at, and has a gradient for.
  func source(in model: CLIPModel) -> FeatureSource

  /// Whether what a pair is compared with has the same bits whatever other pairs a chunk holds.
  var comparesApart: Bool { get }

  /// What the rows of a chunk are compared with. Nothing is kept for a backward pass.
  ///
  /// - Returns: `[chunk.count, width]`
  func targets(_ chunk: Batch) -> Tensor

  /// Adds the gradient of my rows to `gradient`.
  ///
  /// - Parameters:
  ///   - features, targets: of my rows, `[rows, width]` each.
  ///   - scale: the model's, of products.
  ///   - gradient: of the features' shape.
  func addGradient(of features: Tensor, targets: Tensor, scale: Float, to gradient: Tensor) -> [RowPart]
}

extension RowLoss {
  public var comparesApart: Bool { true }
}

/// What a row adds to sums over the batch.
public struct RowPart: Sendable, Equatable {
  public var loss: Double
  public var dScale = 0.0
  /// Whether the picture's own class has the largest product.
  public var isHit = false

  public init(loss: Double, dScale: Double = 0, isHit: Bool = false) {
    (self.loss, self.dScale, self.isHit) = (loss, dScale, isHit)
  }
}

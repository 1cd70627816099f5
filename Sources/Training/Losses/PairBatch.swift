import Engine

/// The global batch, as every worker holds it.
public struct PairBatch {
  /// Features of all pictures and of all texts: unit rows, `[batch, dim]` each.
  public let images: Tensor
  public let texts: Tensor
  /// Features of captions that are wrong, `[batch · each, dim]`, pair by pair; nil where there are none.
  public let hardNegatives: Tensor?
  /// Logits are scale · cosine + bias.
  public let scale: Float
  public let bias: Float
  /// Steps done before this one.
  public let step: Int
  public let labels: RowLabels

  public init(
    images: Tensor, texts: Tensor, hardNegatives: Tensor? = nil, scale: Float, bias: Float = 0, step: Int = 0,
    labels: RowLabels = RowLabels()
  ) {
    self.hardNegatives = hardNegatives
    self.images = images
    self.texts = texts
    self.scale = scale
    self.bias = bias
    self.step = step
    self.labels = labels
  }
}

extension PairBatch {
  /// Wrong captions that a pair came with, in the mean; NaN where none are asked for.
  var hardNegativesPerPair: Double {
    guard hardNegatives != nil else { return .nan }
    return Double(labels.hardNegatives.count { $0 != 0 }) / Double(images.rows)
  }
}

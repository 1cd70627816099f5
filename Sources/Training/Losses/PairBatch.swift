import Engine

/// The global batch, as every worker holds it.
public struct PairBatch {
  /// Features of all pictures and of all texts: unit rows, `[batch, dim]` each.
  public let images: Tensor
  public let texts: Tensor
  /// Logits are scale · cosine + bias.
  public let scale: Float
  public let bias: Float
  /// Steps done before this one.
  public let step: Int
  public let labels: RowLabels

  public init(
    images: Tensor, texts: Tensor, scale: Float, bias: Float = 0, step: Int = 0, labels: RowLabels = RowLabels()
  ) {
    self.images = images
    self.texts = texts
    self.scale = scale
    self.bias = bias
    self.step = step
    self.labels = labels
  }
}

import Engine

/// A loss halfway, which waits for what other workers found about their rows.
public struct PendingLoss {
  /// Vectors of `[myRows]` that all workers need.
  public let statistics: [Tensor]
  /// The second half: takes the statistics of all rows, `[batch]` each, and gives the gradients of mine.
  public let gradients: (_ statistics: [Tensor]) -> LossParts

  public init(statistics: [Tensor], gradients: @escaping (_ statistics: [Tensor]) -> LossParts) {
    self.statistics = statistics
    self.gradients = gradients
  }
}

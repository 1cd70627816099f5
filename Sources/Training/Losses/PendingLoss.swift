import Engine

/// A loss halfway, which waits for what other workers found about their rows.
public struct PendingLoss {
  /// What all workers need to know of my rows: vectors of `[myRows]`.
  public let statistics: [Tensor]
  /// The second half: takes the statistics of all rows, `[batch]` each, and gives the gradients of mine.
  public let gradients: (_ statistics: [Tensor]) -> LossParts

  public init(statistics: [Tensor], gradients: @escaping (_ statistics: [Tensor]) -> LossParts) {
    self.statistics = statistics
    self.gradients = gradients
  }
}

import CKernels

extension ContrastiveTile {
  /// What a tile adds to the sigmoid loss and its gradients.
  public struct SigmoidSums {
    /// Σ of the pairs' losses.
    public let loss: Double
    /// Σ g S, where g = ∂/∂(scale S + bias) of the sum of losses.
    public let similarity: Double
    /// Σ g.
    public let weight: Double
  }

  /// Replaces S by factor · g, where
  ///
  ///     l = scale S + bias      loss = −Σ w ln σ(z l)      g = −w z σ(−z l)
  ///
  /// with z = 1 on positives and −1 elsewhere, and w = ½ for each direction that a pair counts in.
  ///
  /// - Source: Zhai et al., “Sigmoid loss for language image pre-training”, 2023.
  public func becomeSigmoidWeights(scale: Float, bias: Float, factor: Float, _ mask: TileMask) -> SigmoidSums {
    let (height, width) = (similarity.rows, similarity.width)
    let sums = (0..<3).map { _ in Tensor(shape: [height]) }
    inParallel(height, atLeast: 16) { part in
      let row = part.lowerBound
      ck.sigmoid_tile(
        similarity.pointer + row * width, sums[0].pointer + row, sums[1].pointer + row, sums[2].pointer + row,
        mask.pointer + row * width, scale, bias, factor, part.count, width)
    }
    return SigmoidSums(loss: sums[0].total, similarity: sums[1].total, weight: sums[2].total)
  }
}

import Settings

extension LossSection {
  /// Words of each row of the batch that all workers gather besides its features.
  func wordsPerRow(batch: Int) -> Int {
    let statistics = [LossKind.softmax: 2, .decoupled: 2, .sigmoid: 0, .globalContrastive: 4][kind] ?? 0
    let labels = (duplicates == .negative ? 0 : 4) + (kind == .globalContrastive ? 1 : 0)
    let limits = negatives.map { $0 < batch - 1 ? 2 : 0 } ?? 0
    return statistics + labels + limits + 2 * (hardNegatives ?? 0)
  }
}

import Engine

/// The first tiles of a pass over the matrix of similarities, kept for the next pass: one of four products less for each.
///
/// Computed or kept, a tile has the same bits.
package final class KeptTiles {
  private let batch: PairBatch
  private var tiles: [ContrastiveTile?] = []
  private var bytesLeft: Int

  init(_ batch: PairBatch, bytes: Int) {
    self.batch = batch
    bytesLeft = bytes
  }

  /// At most 7/16 of my part of the matrix, and 448 MiB: with these the loss stays within an eighth of what the loss takes
  /// that holds the matrix (16 bytes a pair in PyTorch).
  package static func bytes(_ plan: BatchPlan) -> Int {
    let pairs = plan.myRows.count * (2 * plan.batch - plan.myRows.count)
    return min(448 << 20, 4 * pairs / 16 * 7)
  }

  /// A tile for the first pass, which takes them all in order.
  func first(_ rows: Range<Int>, _ columns: Range<Int>) -> ContrastiveTile {
    let tile = ContrastiveTile(images: batch.images.rows(rows), texts: batch.texts.rows(columns))
    bytesLeft -= 4 * rows.count * columns.count
    if bytesLeft >= 0 { tiles.append(tile) }
    return tile
  }

  /// The n-th tile for the second pass, which may overwrite it; it isn't kept any longer.
  func second(_ n: Int, _ rows: Range<Int>, _ columns: Range<Int>) -> ContrastiveTile {
    if n < tiles.count, let tile = tiles[n] {
      tiles[n] = nil
      return tile
    }
    return ContrastiveTile(images: batch.images.rows(rows), texts: batch.texts.rows(columns))
  }
}

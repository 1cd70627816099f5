import CLIP

extension BatchPlan {
  /// Pairs at once with which products reach about their rate: lanes of fewer go through the encoders together.
  static let pairsAtOnce = 32

  /// This plan with as many lanes together as make up to so many pairs, where a lane is a chunk, the model takes lanes, and the
  /// graph of all fits the memory that graphs may take.
  ///
  /// - Parameters:
  ///   - takesLanes: the model's.
  ///   - memory: with the longest captions, since all workers are to plan alike.
  package func together(_ keeping: GraphKeeping, takesLanes: Bool, _ memory: @autoclosure () -> ChunkMemory)
    -> BatchPlan
  {
    guard chunksPerLane == 1, takesLanes, 2 * chunk <= Self.pairsAtOnce, myLanes.count > 1 else { return self }
    // Of how many pairs graphs may be kept.
    let kept =
      switch keeping {
      case .always: rowsPerWorker
      case .never: chunk
      case .within(let bytes): min(rowsPerWorker, memory().pairs(within: bytes))
      }
    /// Whether passes of so many pairs fit, and leave little of that unused.
    func suits(_ pairs: Int) -> Bool {
      pairs <= min(kept, Self.pairsAtOnce) && 4 * (kept / pairs * pairs) >= 3 * kept
    }
    var together = 1
    while myLanes.count % (2 * together) == 0, suits(2 * together * chunk) { together *= 2 }
    return BatchPlan(
      batch: batch, chunk: chunk, lanes: lanes, workers: workers, rank: rank, together: together, tileSide: tileSide)
  }
}

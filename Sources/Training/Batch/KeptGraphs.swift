import Engine

/// The chunks' graphs that are kept from forward to backward in one step.
struct KeptGraphs {
  private var graphs: [Int: ChunkFeatures] = [:]
  private var allowed: Int
  private let budget: Int?

  init(_ keeping: GraphKeeping, of chunks: Int) {
    switch keeping {
    case .always: (allowed, budget) = (chunks, nil)
    case .never: (allowed, budget) = (0, nil)
    case .within(let bytes): (allowed, budget) = (chunks, bytes)
    }
  }

  /// Encodes chunk n, with a graph if it is to be kept.
  mutating func encode(_ n: Int, _ encode: (_ learns: Bool) throws -> ChunkFeatures) rethrows {
    guard n < allowed else {
      _ = try encode(false)
      return
    }
    let before = LiveBytes.now
    let features = try encode(true)
    if n == 0, let budget { allowed = min(allowed, budget / max(1, LiveBytes.now - before)) }
    if n < allowed { graphs[n] = features }
  }

  /// Chunk n's graph, for its only use; nil if it was dropped.
  mutating func remove(_ n: Int) -> ChunkFeatures? { graphs.removeValue(forKey: n) }
}

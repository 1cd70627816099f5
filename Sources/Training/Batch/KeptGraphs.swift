import Engine

/// The chunks' graphs that are kept from forward to backward in one step.
struct KeptGraphs {
  private var graphs: [Int: ChunkFeatures] = [:]
  private let keeping: GraphKeeping
  /// Bytes of the graphs that are kept, and of the largest one seen.
  private var (held, largest) = (0, 0)

  init(_ keeping: GraphKeeping) { self.keeping = keeping }

  /// Whether there is room for another graph as large as the largest: texts' lengths make them differ.
  private var hasRoom: Bool {
    switch keeping {
    case .always: true
    case .never: false
    case .within(let bytes): held + largest <= bytes
    }
  }

  /// Encodes chunk n, with a graph if it is to be kept.
  mutating func encode(_ n: Int, _ encode: (_ learns: Bool) throws -> ChunkFeatures) rethrows {
    guard hasRoom else {
      _ = try encode(false)
      return
    }
    let before = LiveBytes.now
    let features = try encode(true)
    let bytes = LiveBytes.now - before
    largest = max(largest, bytes)
    guard hasRoom else { return }
    held += bytes
    graphs[n] = features
  }

  /// Chunk n's graph, for its only use; nil if it was dropped.
  mutating func remove(_ n: Int) -> ChunkFeatures? { graphs.removeValue(forKey: n) }
}

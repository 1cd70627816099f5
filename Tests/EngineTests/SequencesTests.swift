import Engine
import Synchronization
import Testing

@Suite struct SequencesTests {
  private let sequences = Sequences(lengths: [3, 1, 77, 12, 12, 2, 40])

  @Test func `sequences lie one after another`() {
    #expect(sequences.count == 7 && sequences.rows == 147)
    #expect(sequences[0] == 0..<3 && sequences[2] == 4..<81 && sequences[6] == 107..<147)
    #expect(sequences.firstRows == [0, 3, 4, 81, 93, 105, 107])
    #expect(sequences.lastRows == [2, 3, 80, 92, 104, 106, 146])
    #expect(Sequences(of: Tensor(shape: [2, 3, 5])) == Sequences(lengths: [3, 3]))
    #expect(Sequences(lengths: []).rows == 0)
  }

  @Test(arguments: 1...5, [1, 3, 8]) func `threads share all pairs, each once, and rows about equally`(
    _ threads: Int, _ heads: Int
  ) {
    let before = Threads.count
    Threads.count = threads
    defer { Threads.count = before }
    let found = Mutex<[Range<Int>]>([])
    sequences.shared(heads: heads) { part in found.withLock { $0.append(part) } }
    let parts = found.withLock { $0 }.sorted { $0.lowerBound < $1.lowerBound }
    #expect(parts.flatMap { $0 } == Array(0..<7 * heads))
    for part in parts {
      let rows = part.reduce(0) { $0 + sequences[$1 / heads].count }
      // A pair isn't split, so a thread may have one more than its share.
      #expect(rows <= 147 * heads / min(threads, max(1, 147 * heads / 64)) + 77, "\(part) of \(parts)")
    }
  }
}

import Engine
import Similarity
import Testing

/// By sorting all products.
private func expected(_ k: Int, _ queries: [[Float]], _ rows: [[Float]]) -> [[Int]] {
  queries.map { query in
    let scores = rows.map { product(query, $0) }
    return Array(rows.indices.sorted { (-scores[$0], $0) < (-scores[$1], $1) }.prefix(k))
  }
}

@Suite(.serialized) struct NearestRowsTests {
  @Test(arguments: [1, 3, 7, 8, 20], [1, 2, 3])
  func `the nearest rows are those of the whole matrix, of equal ones the first`(count: Int, threads: Int) {
    defer { Threads.count = 1 }
    Threads.count = threads
    var random = RandomRows()
    // Of six numbers of seventeen values each there are many ties, over the blocks' ends too.
    let (queries, rows) = (random.next(count), random.next(1500))
    let found = nearestRows(12, to: tensor(queries), among: tensor(rows))
    #expect(found.map { $0.map(\.column) } == expected(12, queries, rows))
    #expect(found[0].map(\.score) == found[0].map { product(queries[0], rows[$0.column]) })
  }

  @Test func `more than all are all`() {
    var random = RandomRows()
    let (queries, rows) = (random.next(2), random.next(5))
    #expect(
      nearestRows(9, to: tensor(queries), among: tensor(rows)).map { $0.map(\.column) } == expected(9, queries, rows))
  }

  @Test func `what isn't a number is last`() {
    let rows = Tensor(shape: [4, 2], [.nan, 0, -1, 0, 1, 0, .nan, 0])
    let query = Tensor(shape: [1, 2], [1, 0])
    #expect(nearestRows(4, to: query, among: rows)[0].map(\.column) == [2, 1, 0, 3])
    #expect(nearestRows(2, to: query, among: rows)[0].map(\.column) == [2, 1])
  }
}

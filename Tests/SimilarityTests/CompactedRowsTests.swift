import Engine
import Similarity
import Testing

@Suite(.serialized) struct CompactedRowsTests {
  /// Rows of which so many are nearly one that the form can't tell which are the nearest.
  private func unit(_ rows: [[Float]], near count: Int = 0) -> Tensor {
    let x = tensor(rows, width: 24)
    for row in 0..<count {
      for i in 0..<24 { x.buffer[row * 24 + i] = x.buffer[i] + Float(row * i % 7) * 1e-5 }
    }
    return unitRows(x)
  }

  @Test(arguments: [CompactedRows.Form.f16, .int8], [(1, 0), (1, 700), (9, 0), (9, 700)])
  func `what is found is what a search of the rows finds`(form: CompactedRows.Form, case of: (Int, Int)) {
    let (count, near) = of
    defer { Threads.count = 1 }
    Threads.count = 2
    var random = RandomRows()
    let rows = unit(random.next(1500, width: 24), near: near)
    // The first row, with 700 others beside it, is asked for; and others.
    let queries = unit([Array(rows.rows(0..<1).array)] + random.next(count - 1, width: 24))
    // In pieces of which blocks of 256 reach over the ends.
    let pieces = RowPieces([rows.rows(0..<100), rows.rows(100..<1390), rows.rows(1390..<1500)])
    let compacted = CompactedRows(pieces, as: form)
    let (found, exact) = (
      nearestRows(10, to: queries, among: pieces, through: compacted), nearestRows(10, to: queries, among: rows)
    )
    for (found, exact) in zip(found, exact) {
      #expect(zip(found, exact).allSatisfy { abs($0.score - $1.score) < 1e-6 } && found.count == 10)
    }
  }

  @Test func `fewer rows than are sought are all`() {
    let rows = unitRows(Tensor(shape: [3, 2], [1, 0, 0, 1, 3, 4]))
    let found = nearestRows(
      5, to: rows.rows(0..<1), among: RowPieces(rows), through: CompactedRows(RowPieces(rows), as: .int8))
    #expect(found[0].map(\.column) == [0, 2, 1])
  }

  @Test func `rows in pieces are the rows`() {
    let rows = Tensor(shape: [9, 2], (0..<18).map(Float.init))
    let pieces = RowPieces([rows.rows(0..<2), rows.rows(2..<2), rows.rows(2..<3), rows.rows(3..<9)])
    for first in 0...9 {
      for last in first...9 { #expect(pieces.rows(first..<last).array == rows.rows(first..<last).array) }
    }
  }
}

import Engine
import Similarity
import Testing

@Suite(.serialized) struct CompactedRowsTests {
  /// Rows of which the first have nearly one product with the second axis, and all others 0: f16 and int8 keep one number of
  /// all, so that none of the best, which come last, is among the best by what is kept.
  private func unit(_ rows: [[Float]], alike count: Int = 0) -> Tensor {
    let x = tensor(rows, width: 24)
    for row in 0..<(count > 0 ? rows.count : 0) {
      let own = row * 24..<row * 24 + 24
      x.buffer[own.lowerBound + 1] = 0
      guard row < count else { continue }
      // Within 2⁻¹³ of 1229 · 2⁻¹², a half's distance.
      let product = 1229 * 0x1p-12 + (Float(row) - 350) * 3e-7
      for i in own { x.buffer[i] = 0 }
      (x.buffer[own.lowerBound], x.buffer[own.lowerBound + 1]) = ((1 - product * product).squareRoot(), product)
    }
    return unitRows(x)
  }

  @Test(arguments: [CompactedRows.Form.f16, .int8], [(1, 0), (1, 700), (9, 0), (9, 700)])
  func `what is found is what a search of the rows finds`(form: CompactedRows.Form, case of: (Int, Int)) {
    let (count, alike) = of
    defer { Threads.count = 1 }
    Threads.count = 2
    var random = RandomRows()
    let rows = unit(random.next(1500, width: 24), alike: alike)
    let axis = (0..<24).map { $0 == 1 ? Float(1) : 0 }
    let queries = unit([alike > 0 ? axis : rows.rows(0..<1).array] + random.next(count - 1, width: 24))
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

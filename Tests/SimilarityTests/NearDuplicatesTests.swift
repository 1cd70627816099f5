import Engine
import Similarity
import Testing

/// Among all pairs, one by one.
private struct Expected {
  var nearest: [Int?]
  var groups: [Int]
  var pairs = 0

  init(_ rows: [[Float]], _ threshold: Float) {
    nearest = rows.map { _ in nil }
    groups = Array(rows.indices)
    for i in rows.indices {
      for j in rows.indices where j > i && product(rows[i], rows[j]) >= threshold {
        pairs += 1
        let (a, b) = (min(groups[i], groups[j]), max(groups[i], groups[j]))
        for row in rows.indices where groups[row] == b { groups[row] = a }
      }
    }
    for i in rows.indices {
      let others = rows.indices.filter { $0 != i && product(rows[i], rows[$0]) >= threshold }
      nearest[i] = others.min { (-product(rows[i], rows[$0]), $0) < (-product(rows[i], rows[$1]), $1) }
    }
  }
}

@Suite(.serialized) struct NearDuplicatesTests {
  @Test(arguments: [2.2, 2.8, -9] as [Float], [1, 3])
  func `pairs, groups and nearest are those of the whole matrix`(threshold: Float, threads: Int) {
    defer { Threads.count = 1 }
    Threads.count = threads
    var random = RandomRows()
    // More than a strip of 1,024, where every pair is one few rows do.
    let rows = random.next(threshold < 0 ? 40 : 1100)
    let expected = Expected(rows, threshold)
    #expect(expected.pairs > 0)
    let found = NearDuplicates(of: RowPieces(tensor(rows)), reaching: threshold)
    #expect(found.pairs == expected.pairs)
    #expect(found.groups == expected.groups)
    #expect(found.nearest.map { $0?.column } == expected.nearest)
  }

  @Test func `chains are one group, of which the first row is the lowest`() {
    // 0 — 2 — 1 by their angles, and 3 apart.
    let angles: [Float] = [0, 0.41, 0.2, 2]
    let rows = Tensor(shape: [4, 2], angles.flatMap { [cosine($0), cosine($0 - .pi / 2)] })
    let found = NearDuplicates(of: RowPieces(rows), reaching: 0.97)
    #expect(found.groups == [0, 0, 0, 3])
    #expect(found.nearest.map { $0?.column } == [2, 2, 0, nil] && found.pairs == 2)
  }

  @Test func `between two matrices each row's nearest of the other is found`() {
    var random = RandomRows()
    let (rows, others) = (random.next(1050), random.next(300))
    let found = NearDuplicates(of: RowPieces(tensor(rows)), among: RowPieces(tensor(others)), reaching: 1.5)
    for (row, nearest) in zip(rows, found.nearest) {
      let scores = others.map { product(row, $0) }
      let best = scores.max()!
      #expect(nearest?.column == (best >= 1.5 ? scores.firstIndex(of: best) : nil))
    }
    #expect(found.pairs == rows.reduce(0) { sum, row in sum + others.count { product(row, $0) >= 1.5 } })
  }

  @Test func `what isn't a number is near to nothing`() {
    let rows = Tensor(shape: [3, 2], [.nan, 0, 1, 0, .nan, 0])
    #expect(NearDuplicates(of: RowPieces(rows), reaching: -1).pairs == 0)
  }
}

/// By its series; the tests of this target know no Foundation.
private func cosine(_ x: Float) -> Float {
  var (term, sum, n) = (1.0, 1.0, 0.0)
  let x = Double(x)
  while abs(term) > 1e-12 {
    term *= -x * x / ((2 * n + 1) * (2 * n + 2))
    sum += term
    n += 1
  }
  return Float(sum)
}

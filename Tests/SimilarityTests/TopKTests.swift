import Similarity
import Testing

/// The first k of all columns sorted by score, equal ones by their number.
private func sorted(_ scores: [Float], _ k: Int) -> [Int] {
  Array(scores.indices.sorted { (scores[$1], $0) < (scores[$0], $1) }.prefix(k))
}

@Test(arguments: [1, 5, 700, 2000])
func `the largest of each row's products are those of the sorted row, ties by column`(k: Int) {
  var random = RandomRows()
  let (x, y) = (random.next(30), random.next(1100))
  var top = x.map { _ in TopK(k) }
  RowProducts(tensor(x), tensor(y)).eachTile { tile in
    tile.eachRow { row, products in top[row].add(products, from: tile.columns.lowerBound) }
  }
  for (row, top) in zip(x, top) {
    let scores = y.map { product(row, $0) }
    #expect(top.entries.map(\.column) == sorted(scores, k))
    #expect(top.entries.allSatisfy { $0.score == scores[$0.column] })
  }
}

@Test func `columns may come in any order`() {
  let scores: [Float] = [2, 7, 1, 7, 7, 3, 2, 0]
  for k in 1...9 {
    var (forward, backward) = (TopK(k), TopK(k))
    for first in stride(from: 0, to: 8, by: 2) {
      forward.add(scores[first..<first + 2], from: first)
      backward.add(scores[6 - first..<8 - first], from: 6 - first)
    }
    #expect(forward.entries.map(\.column) == sorted(scores, k) && backward.entries == forward.entries)
  }
}

@Test func `what isn't a number comes last`() {
  var top = TopK(3)
  top.add([.nan, -.infinity, 1, .nan], from: 0)
  #expect(top.entries.map(\.column) == [2, 0, 1])
  top.add([-5], from: 4)
  #expect(top.entries.map(\.column) == [2, 4, 0])
}

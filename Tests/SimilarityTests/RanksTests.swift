import Engine
import Similarity
import Testing

/// The ranks of a matrix of similarities: its rows are the queries, the candidates are the unit vectors.
private func ranks(_ similarities: [[Float]], correct: [[Int]]) -> [Int] {
  let count = similarities[0].count
  let unit = (0..<count * count).map { Float($0 % (count + 1) == 0 ? 1 : 0) }
  let queries = Tensor(shape: [similarities.count, count], similarities.flatMap { $0 })
  return ranks(of: queries, among: Tensor(shape: [count, count], unit), correct: correct)
}

@Test func `a rank counts the wrong candidates that are as near as the best correct one`() {
  let similarities: [[Float]] = [[0.9, 0.5, 0.1], [0.5, 0.5, 0.2], [0.1, 0.7, 0.3], [-0.1, -0.2, -0.3]]
  #expect(ranks(similarities, correct: [[0], [0], [2], [2]]) == [1, 2, 2, 3])
}

@Test func `with several correct candidates the best one counts, and the others don't stand in its way`() {
  let similarities: [[Float]] = [[0.9, 0.8, 0.7, 0.6], [0.9, 0.8, 0.7, 0.6], [0.5, 0.5, 0.5, 0.5]]
  #expect(ranks(similarities, correct: [[1, 2], [2, 3], [0, 3]]) == [2, 3, 3])
}

@Test func `a model that gives one embedding to all is last everywhere`() {
  // Not quite one: products of equal rows may differ in their last bit, by their place in a tile.
  let similarities: [[Float]] = [[0.6, 0.6, 0.5999999], [0.5999999, 0.6, 0.6]]
  #expect(ranks(similarities, correct: [[0], [1]]) == [3, 3])
}

@Test func `what isn't a number is last`() {
  let rows = Tensor(shape: [3, 2], repeating: .nan)
  #expect(Similarity.ranks(of: rows, among: rows, correct: [[0], [1], [2]]) == [3, 3, 3])
}

@Test func `ranks by tiles are those of the whole matrix`() {
  var random = RandomRows()
  let (queries, candidates) = (random.next(1100), random.next(1300))
  let correct = queries.indices.map { $0 % 3 == 0 ? [$0, 1299 - $0] : [$0] }
  let expected = queries.indices.map { query in
    let all = candidates.map { product(queries[query], $0) }
    let best = correct[query].map { all[$0] }.max()!
    return 1 + all.indices.count { all[$0] >= best && !correct[query].contains($0) }
  }
  let found = Similarity.ranks(of: tensor(queries), among: tensor(candidates), correct: correct)
  let wrong = queries.indices.filter { found[$0] != expected[$0] }
  #expect(wrong.isEmpty, "queries \(wrong.prefix(5)) …")
}

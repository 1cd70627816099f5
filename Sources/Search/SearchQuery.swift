import Engine

/// What is sought: directions to be near to, and directions to be far from.
public struct SearchQuery {
  /// For people: what was asked.
  public let name: String
  /// `[1, width]`, of length 1.
  let vector: Tensor

  /// - Parameters:
  ///   - more: `[count, width]`, unit rows; at least one.
  ///   - less: `[count, width]`, unit rows; may be none.
  ///   - weight: how much the mean of `less` counts against the mean of `more`.
  /// - Throws: `SearchError.noDirection` where nothing is left.
  public init(_ name: String, more: Tensor, less: Tensor? = nil, weight: Float = 0.5) throws(SearchError) {
    precondition(more.rows > 0, "search query: nothing to be near to")
    let sum = Tensor(shape: [1, more.width], repeating: 0)
    func add(_ rows: Tensor, _ share: Float) {
      for row in 0..<rows.rows {
        let scaled = rows.rows(row..<row + 1).array.map { $0 * share / Float(rows.rows) }
        sum.add(Tensor(shape: [1, rows.width], scaled))
      }
    }
    add(more, 1)
    if let less, less.rows > 0 { add(less, -weight) }
    guard sum.sumOfSquares(halvings: 0) > 1e-12 else { throw .noDirection(query: name) }
    (self.name, vector) = (name, unitRows(sum))
  }

  /// The vectors of some queries, `[queries.count, width]`.
  static func vectors(_ queries: [SearchQuery]) -> Tensor {
    let vectors = Tensor(shape: [queries.count, queries.first?.vector.width ?? 1])
    for (number, query) in queries.enumerated() { vectors.rows(number..<number + 1).set(query.vector) }
    return vectors
  }
}

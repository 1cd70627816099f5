import Engine
import Similarity

/// What is sought: directions to be near to, and directions to be far from.
public struct SearchQuery {
  /// For people: what was asked.
  public let name: String
  /// `[width]`, of length 1.
  let vector: Tensor

  /// - Parameters:
  ///   - more: `[count, width]`, unit rows; at least one.
  ///   - less: `[count, width]`, unit rows; may be none.
  ///   - weight: how much the mean of `less` counts against the mean of `more`.
  /// - Throws: `SearchError.noDirection` where nothing is left.
  public init(_ name: String, more: Tensor, less: Tensor? = nil, weight: Float = 0.5) throws(SearchError) {
    let sum = Tensor(shape: [1, more.width], repeating: 0)
    func add(_ rows: Tensor, _ share: Float) {
      for row in 0..<rows.rows {
        let scaled = rows.rows(row..<row + 1).array.map { $0 * share / Float(rows.rows) }
        sum.add(Tensor(shape: [1, rows.width], scaled))
      }
    }
    add(more, 1)
    if let less, less.rows > 0 { add(less, -weight) }
    guard sum.sumOfSquares(halvings: 0) > 1e-12 else { throw .noDirection }
    (self.name, vector) = (name, unitRows(sum))
  }
}

/// A row that was found.
public struct SearchHit: Sendable, Equatable, Encodable {
  public let row: Int
  public let key: String
  /// What was embedded of it as text, where that is known.
  public let caption: String?
  /// The cosine.
  public let score: Float
}

extension StoredEmbeddings {
  /// The k nearest rows of each query, from the nearest: exact, by the products with all rows.
  ///
  /// - Returns: `[queries.count][min(k, rows)]`
  public func search(_ queries: [SearchQuery], over side: Side, best k: Int) throws(SearchError) -> [[SearchHit]] {
    let rows = try rows(of: side)
    guard let first = queries.first else { return [] }
    let vectors = Tensor(shape: [queries.count, first.vector.width])
    for (number, query) in queries.enumerated() { vectors.rows(number..<number + 1).set(query.vector) }
    return nearestRows(k, to: vectors, among: rows).map { entries in
      entries.map { entry in
        SearchHit(
          row: entry.column, key: keys[entry.column], caption: captions.isEmpty ? nil : captions[entry.column],
          score: entry.score)
      }
    }
  }
}

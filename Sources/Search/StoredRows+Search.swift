import Engine
import Similarity

/// A row that was found.
public struct SearchHit: Sendable, Equatable, Encodable {
  public let row: Int
  public let key: String
  /// What was embedded of it as text, where that is known.
  public let caption: String?
  /// The cosine.
  public let score: Float
}

/// By what rows are searched.
public enum SearchWay {
  /// Every row is compared.
  case rows
  /// Every row is compared in fewer bits, and the best again as they are: exact too.
  case compacted(CompactedRows)
  /// A graph of neighbours is followed, which may miss some.
  ///
  /// - Parameter effort: how many candidates are kept while it is followed; at least as many as are sought.
  case graph(NeighbourGraph, effort: Int)

  public var isExact: Bool { if case .graph = self { false } else { true } }
}

extension StoredRows {
  /// The k nearest rows of each query, from the nearest.
  ///
  /// - Returns: `[queries.count][min(k, count)]`; a graph may give fewer.
  public func search(
    _ queries: [SearchQuery], best k: Int, by way: SearchWay = .rows
  ) throws(SearchError) -> [[SearchHit]] {
    if queries.isEmpty { return [] }
    return try entries(queries, k, way).map { entries in
      entries.map { entry in
        SearchHit(
          row: entry.column, key: keys[entry.column], caption: captions.isEmpty ? nil : captions[entry.column],
          score: entry.score)
      }
    }
  }

  private func entries(
    _ queries: [SearchQuery], _ k: Int, _ way: SearchWay
  ) throws(SearchError) -> [[TopK.Entry]] {
    let vectors = SearchQuery.vectors(queries)
    return switch way {
    case .rows: nearestRows(k, to: vectors, among: rows)
    case .compacted(let compacted): nearestRows(k, to: vectors, among: rows, through: compacted)
    case .graph(let graph, let effort): try graph.nearest(k, to: vectors, effort: effort)
    }
  }

  /// Which share of the rows that an exact search finds, `found` has; of equal products any will do.
  ///
  /// - Parameter found: what some way found for each query.
  public func recall(of found: [[SearchHit]], for queries: [SearchQuery], best k: Int) throws(SearchError) -> Double {
    let exact = try search(queries, best: k)
    var (hits, all) = (0, 0)
    for (found, exact) in zip(found, exact) {
      // Sums in another order differ by so much.
      let least = (exact.last?.score ?? 0) - 1e-6
      hits += found.count { $0.score >= least }
      all += exact.count
    }
    return all == 0 ? 1 : Double(hits) / Double(all)
  }
}

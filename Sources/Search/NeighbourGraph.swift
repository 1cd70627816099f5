internal import CNeighbours
import Engine
import Similarity
import Threading

/// A graph of neighbours among unit rows, by which a search looks at some thousands of them rather than at all: HNSW, by hnswlib.
///
/// The rows stay where they are; the graph is what lies beside them. On several threads no two builds give the same graph.
///
/// - Source: Malkov and Yashunin, “Efficient and robust approximate nearest neighbor search using hierarchical navigable small
///   world graphs”, 2018.
public final class NeighbourGraph {
  /// What hnswlib and others take: links of each row, and candidates that are looked at for a new one.
  public static let standardLinks = 16
  public static let standardEffort = 200
  private static let seed = 100
  /// Of a message.
  private static let room = 256

  private let graph: OpaquePointer
  private let rows: RowPieces

  /// A graph without a row.
  ///
  /// - Parameters:
  ///   - rows: unit rows that can be added.
  ///   - links: how many neighbours a row keeps, 2 to 256; twice as many in the lowest layer.
  ///   - effort: how many candidates are looked at for a new row.
  public init(
    over rows: RowPieces, links: Int = standardLinks, effort: Int = standardEffort
  ) throws(SearchError) {
    self.rows = rows
    graph = try Self.made(rows) { rows, problem, room in
      cn_make(rows, links, effort, Self.seed, problem, room)
    }
  }

  /// A graph that was stored; every number of it is checked.
  init(over rows: RowPieces, _ words: [UInt32]) throws(SearchError) {
    self.rows = rows
    graph = try Self.made(rows) { rows, problem, room in
      cn_read(rows, words, words.count, Self.seed, problem, room)
    }
  }

  deinit { cn_free(graph) }

  /// How many of the rows are in it: the first ones.
  public var count: Int { cn_count(graph) }
  public var links: Int { cn_links(graph) }
  public var effort: Int { cn_effort(graph) }

  /// Adds the rows up to `end` that aren't in it, on `Threads.count` threads.
  public func add(upTo end: Int) throws(SearchError) {
    precondition(end <= rows.count, "neighbour graph: \(end) of \(rows.count) rows")
    let first = count
    try onThreads(end - first, atLeast: 64) { part, problem, room in
      cn_add(graph, first + part.lowerBound, first + part.upperBound, problem, room)
    }
  }

  /// The nearest rows of each query, from the nearest, at most k.
  ///
  /// - Parameters:
  ///   - queries: `[queries, width]`, unit rows.
  ///   - effort: how many candidates are kept while the graph is followed; at least k.
  public func nearest(_ k: Int, to queries: Tensor, effort: Int) throws(SearchError) -> [[TopK.Entry]] {
    precondition(queries.width == rows.width, "neighbour graph: queries \(queries.shape), rows of \(rows.width)")
    let all = Monitor([[TopK.Entry]](repeating: [], count: queries.rows))
    try onThreads(queries.rows, atLeast: 1) { part, problem, room in
      for query in part {
        guard let own = entries(k, queries, query, effort, problem, room) else { return -1 }
        all.withLock { $0[query] = own }
      }
      return 0
    }
    return all.withLock { $0 }
  }

  private func entries(
    _ k: Int, _ queries: Tensor, _ query: Int, _ effort: Int, _ problem: UnsafeMutablePointer<CChar>?, _ room: Int
  ) -> [TopK.Entry]? {
    let k = min(k, count)
    var (numbers, scores) = ([UInt32](repeating: 0, count: k), [Float](repeating: 0, count: k))
    let row = queries.rows(query..<query + 1)
    let got = withExtendedLifetime((rows, row)) {
      cn_search(graph, row.buffer.baseAddress, k, effort, &numbers, &scores, problem, room)
    }
    guard got >= 0 else { return nil }
    return (0..<got).map { TopK.Entry(column: Int(numbers[$0]), score: scores[$0]) }
  }

  /// The graph as words, for a file.
  var words: [UInt32] {
    [UInt32](unsafeUninitializedCapacity: cn_words(graph)) { words, filled in
      if let first = words.baseAddress { cn_write(graph, first) }
      filled = words.count
    }
  }

  private static func made(
    _ rows: RowPieces, _ make: (cn_rows, UnsafeMutablePointer<CChar>?, Int) -> OpaquePointer?
  ) throws(SearchError) -> OpaquePointer {
    guard rows.count <= Int32.max else { throw .tooMany(rows: rows.count) }
    var problem = [CChar](repeating: 0, count: room)
    let addresses = rows.pieces.map { UnsafePointer($0.buffer.baseAddress) }
    let graph = addresses.withUnsafeBufferPointer { addresses in
      rows.starts.withUnsafeBufferPointer { starts in
        let places = cn_rows(
          pieces: addresses.baseAddress, starts: starts.baseAddress, count: addresses.count, rows: rows.count,
          width: rows.width)
        return make(places, &problem, room)
      }
    }
    if let graph { return graph }
    throw .graph(problem: text(problem))
  }

  /// Calls `body` with parts on several threads; it returns less than 0 where it fails, and has then said why.
  private func onThreads(
    _ count: Int, atLeast grain: Int, _ body: (Range<Int>, UnsafeMutablePointer<CChar>?, Int) -> Int32
  ) throws(SearchError) {
    let failed = Monitor<String?>(nil)
    inParallel(count, atLeast: grain) { part in
      var problem = [CChar](repeating: 0, count: Self.room)
      guard body(part, &problem, Self.room) < 0 else { return }
      failed.withLock { $0 = Self.text(problem) }
    }
    if let problem = failed.withLock({ $0 }) { throw .graph(problem: problem) }
  }

  private static func text(_ problem: [CChar]) -> String {
    String(decoding: problem.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

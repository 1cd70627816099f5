/// What a list of ranks comes to.
public struct RankSummary: Sendable, Equatable, Encodable {
  public let queries: Int
  public let candidates: Int
  /// Shares of queries with a correct candidate among the first 1, 5, 10.
  public let recallAt1: Double
  public let recallAt5: Double
  public let recallAt10: Double
  /// The lower of the two middle ones where their number is even.
  public let medianRank: Int
  public let meanRank: Double
  /// Of each query; not encoded.
  let ranks: [Int]

  enum CodingKeys: String, CodingKey {
    case queries, candidates
    case recallAt1 = "recall_at_1"
    case recallAt5 = "recall_at_5"
    case recallAt10 = "recall_at_10"
    case medianRank = "median_rank"
    case meanRank = "mean_rank"
  }

  /// - Parameter ranks: from 1; at least one.
  public init(ranks: [Int], candidates: Int) {
    precondition(!ranks.isEmpty, "rank summary: no ranks")
    func share(_ best: Int) -> Double { Double(ranks.count { $0 <= best }) / Double(ranks.count) }
    (queries, self.candidates, self.ranks) = (ranks.count, candidates, ranks)
    (recallAt1, recallAt5, recallAt10) = (share(1), share(5), share(10))
    medianRank = ranks.sorted()[(ranks.count - 1) / 2]
    meanRank = Double(ranks.reduce(0, +)) / Double(ranks.count)
  }
}

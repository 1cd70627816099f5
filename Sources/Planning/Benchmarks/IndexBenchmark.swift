import Files
import Foundation
import Pairs
import Training

/// Opening data: by the indexes of its shards, or building those that are missing; and the memory of knowing all records.
public struct IndexBenchmark: Sendable {
  public struct Result: Sendable {
    public let records: Int
    public let shards: Int
    /// To open the data.
    public let openSeconds: Double
    /// For the digest that tells which data they are.
    public let digestSeconds: Double
    /// To read what is known of every record.
    public let tableSeconds: Double
    /// By which the process has grown when all of that is read.
    public let bytes: Int
    public let peakBytes: Int
  }

  /// - Parameter open: opens the data.
  public static func run(_ open: () throws -> any PairSource) throws -> Result {
    let before = residentBytes()
    let (source, openSeconds) = try timed(open)
    let (_, digestSeconds) = try timed { try DataIdentity.digest(of: source, Mixture([.init(count: source.count)])) }
    let ranges = source.shardRanges
    let (_, tableSeconds) = timed { for range in ranges { _ = source.location(of: range.lowerBound) } }
    let bytes = residentBytes() - before
    return withExtendedLifetime(source) {
      Result(
        records: source.count, shards: ranges.count, openSeconds: openSeconds, digestSeconds: digestSeconds,
        tableSeconds: tableSeconds, bytes: bytes, peakBytes: peakBytes())
    }
  }

  private static func timed<Made>(_ body: () throws -> Made) rethrows -> (Made, Double) {
    let start = ContinuousClock.now
    let made = try body()
    return (made, (ContinuousClock.now - start).seconds)
  }

  /// Proc's second number counts resident pages.
  private static func residentBytes() -> Int {
    let pages = (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ")
    return (pages.flatMap { Int($0[1]) } ?? 0) * sysconf(Int32(_SC_PAGESIZE))
  }
}

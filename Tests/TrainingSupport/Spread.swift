import Testing

/// A way to spread the same run.
package struct Spread: Sendable, CustomTestStringConvertible {
  package let workers: Int
  package let overlaps: Bool
  package let shards: Bool

  package static let all = [1, 2, 4, 8].flatMap { workers in
    [false, true].flatMap { overlaps in
      [false, true].map { Spread(workers: workers, overlaps: overlaps, shards: $0) }
    }
  }

  package var testDescription: String {
    "\(workers) workers\(overlaps ? ", overlapping" : "")\(shards ? ", sharded" : "")"
  }
}

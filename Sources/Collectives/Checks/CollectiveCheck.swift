/// A claim about collectives, checked by all workers together. Tests run it over threads, `diagonal check` over MPI.
package struct CollectiveCheck: Sendable {
  /// What is claimed.
  package let name: String
  private let body: @Sendable (any Communicator) throws -> Void

  /// - Throws: `CheckFailure` on a worker that finds otherwise. The others are then waiting, or ahead: abort them.
  package func run(_ workers: any Communicator) throws { try body(workers) }

  init(_ name: String, _ body: @escaping @Sendable (any Communicator) throws -> Void) {
    self.name = name
    self.body = body
  }
}

/// What a check found, and what it expected.
package struct CheckFailure: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) { self.description = description }
}

extension CollectiveCheck {
  /// All checks, in the order in which `diagonal check` runs them.
  package static let all = [
    gathers, scatters, sums, sumsAlike, exchanges, broadcasts, waits, sumsByTree, sharesByTree, keepsDuplicatesApart,
    worksInTheBackground, countsTraffic,
  ]

  /// Nothing, one element, fewer than workers, and an odd number that spans several messages.
  static let counts = [0, 1, 3, large]

  #if DEBUG
    /// The thread sanitizer's build, not optimized, takes minutes over a million.
    static let large = 10_007
  #else
    static let large = 1_000_003
  #endif

  static let gathers = CollectiveCheck("all-gather stacks the buffers in rank order") { workers in
    for count in counts {
      var all = [Float](repeating: -1, count: workers.size * count)
      let mine = (0..<count).map { mark(workers.rank, $0) }
      try all.withUnsafeMutableBufferPointer { all throws in
        try mine.withUnsafeBufferPointer { try workers.allGather($0, into: all) }
      }
      try expect(all, "gathered", workers) { mark($0 / count, $0 % count) }
    }
  }

  static let scatters = CollectiveCheck("reduce-scatter gives each worker its part of the sum") { workers in
    for count in counts {
      let all = (0..<workers.size * count).map { mark(workers.rank, $0) }
      var mine = [Float](repeating: -1, count: count)
      try mine.withUnsafeMutableBufferPointer { mine throws in
        try all.withUnsafeBufferPointer { try workers.reduceScatter($0, into: mine) }
      }
      try expect(mine, "part of the sum", workers) { markSum(workers.size, workers.rank * count + $0) }
    }
  }

  static let sums = CollectiveCheck("all-reduce adds the buffers of all workers") { workers in
    for count in counts {
      var values = (0..<count).map { mark(workers.rank, $0) }
      try values.withUnsafeMutableBufferPointer { try workers.allReduce($0) }
      try expect(values, "sum", workers) { markSum(workers.size, $0) }
    }
  }

  static let sumsAlike = CollectiveCheck("all-reduce gives all workers the same bits") { workers in
    for count in counts {
      var values = (0..<count).map { rough(workers.rank, $0) }
      try values.withUnsafeMutableBufferPointer { try workers.allReduce($0) }
      var first = values
      try first.withUnsafeMutableBufferPointer { try workers.broadcast($0, from: 0) }
      try expect(values, "sum", workers) { first[$0] }
    }
  }

  static let exchanges = CollectiveCheck("exchange swaps buffers, of different lengths too") { workers in
    let partner = workers.rank ^ 1
    guard partner < workers.size else { return }
    for count in counts {
      // The odd worker of a pair sends one element more.
      let mine = (0..<count + workers.rank % 2).map { mark(workers.rank, $0) }
      var theirs = [Float](repeating: -1, count: count + partner % 2)
      try theirs.withUnsafeMutableBufferPointer { theirs throws in
        try mine.withUnsafeBufferPointer { try workers.exchange($0, with: partner, into: theirs) }
      }
      try expect(theirs, "received", workers) { mark(partner, $0) }
    }
  }

  static let broadcasts = CollectiveCheck("broadcast gives all workers the root's values, from any root") { workers in
    for root in 0..<workers.size {
      for count in counts {
        var values = (0..<count).map { mark(workers.rank, $0) }
        try values.withUnsafeMutableBufferPointer { try workers.broadcast($0, from: root) }
        try expect(values, "broadcast from \(root)", workers) { mark(root, $0) }
      }
    }
  }
}

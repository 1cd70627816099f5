import Pairs
import Testing

/// 40 shards of 5 to 14 samples, 380 in all.
private let shards: [Range<Int>] = (0..<40).reduce(into: []) { ranges, number in
  let start = ranges.last?.upperBound ?? 0
  ranges.append(start..<start + 5 + number * 7 % 10)
}
private let count = shards.last?.upperBound ?? 0

private func shard(of sample: Int) -> Int { shards.firstIndex { $0.contains(sample) } ?? -1 }

private func windowed(seed: UInt64 = 3, window: Int) -> SampleOrder {
  SampleOrder(seed: seed, Mixture([.init(count: count)]), shards: shards, window: window)
}

/// The shards read by a stretch of positions.
private func shardsRead(_ order: SampleOrder, _ positions: Range<Int>) -> Set<Int> {
  Set(positions.map { shard(of: order.sample(at: $0).index) })
}

@Suite struct WindowedOrderTests {
  @Test(arguments: [1, 2, 7, 16, 40, 1000])
  func `it is a permutation in every epoch, each a different one`(window: Int) {
    let order = windowed(window: window)
    let epochs = (0..<3).map { epoch in (0..<count).map { order.sample(at: epoch * count + $0) } }
    for (epoch, samples) in epochs.enumerated() {
      #expect(samples.map(\.index).sorted() == Array(0..<count))
      #expect(samples.allSatisfy { $0.epoch == epoch })
    }
    #expect(Set(epochs.map { $0.map(\.index) }).count == 3)
    #expect((0..<count).map { windowed(seed: 4, window: window).sample(at: $0).index } != epochs[0].map(\.index))
  }

  @Test func `a position is its own function, whatever was asked before`() {
    let mixture = Mixture([.init(count: shards[9].upperBound, weight: 1.7), .init(count: count - shards[9].upperBound)])
    func order() -> SampleOrder { SampleOrder(seed: 9, mixture, shards: shards, window: 3) }
    let one = order()
    let all = (0..<4 * one.count).map { one.sample(at: $0) }
    for position in stride(from: all.count - 1, through: 0, by: -7) {
      #expect(order().sample(at: position) == all[position])
      #expect(one.sample(at: position) == all[position])
    }
  }

  /// Of 40 shards in windows of at most 16 there are 3: of 13, 13 and 14 shards.
  @Test func `at most a window's shards are read, each until it is used up`() {
    let order = windowed(window: 16)
    var (seen, left) = (Set<Int>(), [Int: Int](uniqueKeysWithValues: shards.enumerated().map { ($0, $1.count) }))
    for position in 0..<count {
      let shard = shard(of: order.sample(at: position).index)
      seen.insert(shard)
      left[shard, default: 0] -= 1
      #expect(seen.count { left[$0, default: 0] > 0 } <= 16)
    }
    let thirds = [0..<60, 160..<200, 320..<380].map { shardsRead(order, $0) }
    #expect(thirds[0].isDisjoint(with: thirds[2]))
    #expect(thirds.allSatisfy { $0.count > 8 })
  }

  /// Two samples of a batch share their shard with probability 1/S in the full order, and 1/W in a windowed one.
  @Test(arguments: [(window: 4, expected: 0.25), (10, 0.1), (40, 0.025)])
  func `the share of a batch that is of one shard is one in a window`(_ window: Int, _ expected: Double) {
    let equal = (0..<40).map { $0 * 100..<($0 + 1) * 100 }
    let order = SampleOrder(seed: 1, Mixture([.init(count: 4000)]), shards: equal, window: window)
    var (pairs, alike) = (0, 0)
    for batch in 0..<200 {
      // 4,000 isn't a multiple of 32, but of 20: no batch of 20 spans two windows.
      let shards = (0..<20).map { order.sample(at: batch * 20 + $0).index / 100 }
      for i in 0..<20 {
        pairs += 19
        alike += shards.count { $0 == shards[i] } - 1
      }
    }
    #expect(abs(Double(alike) / Double(pairs) - expected) < 0.2 * expected)
  }

  @Test(arguments: [2, 0.5, 0.3])
  func `sources come by their weights, all samples of one equally often, in every stretch`(weight: Double) {
    let parts = [Mixture.Part(count: 4000), .init(count: 2000, weight: weight)]
    let order = SampleOrder(
      seed: 5, Mixture(parts), shards: (0..<60).map { $0 * 100..<($0 + 1) * 100 }, window: 4)
    var draws = [Int](repeating: 0, count: 6000)
    for position in 0..<5 * order.count { draws[order.sample(at: position).index] += 1 }
    for part in [draws[..<4000], draws[4000...]] {
      #expect((part.max() ?? 0) - (part.min() ?? 0) <= 1)
    }
    let share = Double(2000 * weight) / Double(order.count)
    for start in stride(from: 0, to: order.count - 1024, by: 1024) {
      let own = (start..<start + 1024).count { order.sample(at: $0).index >= 4000 }
      // A stretch of a block's length, which may lie in two.
      #expect(abs(Double(own) - share * 1024) < 60)
    }
  }

  @Test func `a source's ranges are its tars', and a folder is one`() throws {
    let folder = try TemporaryFolder()
    func members(_ keys: Range<Int>) throws -> [(String, [UInt8])] {
      try keys.flatMap { [("\($0).png", try colorFile($0)), ("\($0).txt", Array("\($0)".utf8))] }
    }
    let tars = try [("a.tar", 0..<3), ("b.tar", 3..<4), ("c.tar", 4..<9)].map { try folder.tar($0, members($1)) }
    let shards = try Shards(tars)
    #expect(shards.shardRanges == [0..<3, 3..<4, 4..<9])
    try folder.write("t.csv", "filepath,title\nx.png,one\ny.png,two")
    let joined = try openPairs([tars[1], "\(folder.path)/t.csv", tars[0], tars[2]])
    #expect(joined.shardRanges == [0..<1, 1..<3, 3..<6, 6..<11])
  }
}

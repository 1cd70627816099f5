import Pairs
import Testing

/// Pairs of given captions, pictures and labels, all by number.
private struct NumberedPairs: PairSource {
  var captions: [[Int]]
  var pictures: [Int] = []
  var labels: [Int] = []
  var shares: [Float] = []
  var count: Int { captions.count }

  func pair(at index: Int) throws -> Pair {
    if captions[index].isEmpty { throw Flaw.noCaption }
    return Pair(
      key: "\(index)", image: pictures.isEmpty ? try colorFile(index) : [UInt8(pictures[index])],
      captions: captions[index].map(String.init), shares: shares,
      label: labels.isEmpty ? nil : "\(labels[index])")
  }

  func contents(_ kinds: Set<SampleContents.Kind>) throws -> SampleContents {
    try SampleContents(kinds, of: self, 0..<count, tokens: tokens)
  }
}

@Sendable private func tokens(_ caption: String) -> [Int32] { [Int32(caption) ?? -1] }

/// Items of groups of these sizes, one after another.
private func groups(_ sizes: [Int]) -> [Int] { sizes.enumerated().flatMap { Array(repeating: $0, count: $1) } }

/// How often the most frequent number of each batch is there.
private func most(_ order: SampleOrder, batch: Int, batches: Int, _ numbers: [Int]) -> [Int] {
  (0..<batches).map { number in
    let found = (0..<batch).map { numbers[order.sample(at: number * batch + $0).index] }
    return Dictionary(grouping: found) { $0 }.values.map(\.count).max() ?? 0
  }
}

private func expectPermutations(
  _ order: SampleOrder, epochs: Int, sourceLocation: SourceLocation = #_sourceLocation
) {
  for epoch in 0..<epochs {
    let samples = (0..<order.count).map { order.sample(at: epoch * order.count + $0) }
    #expect(samples.map(\.index).sorted() == Array(0..<order.count), sourceLocation: sourceLocation)
    #expect(samples.allSatisfy { $0.epoch == epoch }, sourceLocation: sourceLocation)
  }
}

@Suite struct DiverseOrderTests {
  /// 12.5 batches of 16 an epoch; the largest groups are as large as batches are whole.
  @Test func `no caption is twice in a batch where that can be, over the borders of epochs too`() throws {
    let numbers = groups([12, 12, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2] + Array(repeating: 1, count: 99))
    let source = NumberedPairs(captions: numbers.map { [$0] })
    #expect(numbers.count == 200)
    let plain = SampleOrder(seed: 2, count: 200)
    let order = plain.diverse(batch: 16, try source.contents([.caption]))
    #expect(most(order, batch: 16, batches: 100, numbers).allSatisfy { $0 == 1 })
    #expect(most(plain, batch: 16, batches: 100, numbers).contains { $0 > 1 })
    expectPermutations(order, epochs: 8)
  }

  @Test func `what is too frequent is spread evenly`() throws {
    let numbers = groups([300, 150, 100, 50] + Array(repeating: 1, count: 40))
    let order = SampleOrder(seed: 2, count: 640)
      .diverse(batch: 64, try NumberedPairs(captions: numbers.map { [$0] }).contents([.caption]))
    for batch in 0..<30 {
      let found = (0..<64).map { numbers[order.sample(at: batch * 64 + $0).index] }
      #expect((0..<4).map { group in found.count { $0 == group } } == [30, 15, 10, 5])
    }
    expectPermutations(order, epochs: 3)
  }

  @Test func `captions, pictures and labels are kept apart at once`() throws {
    // Captions repeat every 20, pictures every 31, labels every 43 of 600, in batches of 10 of which there are 60.
    let source = NumberedPairs(
      captions: (0..<600).map { [$0 % 20] }, pictures: (0..<600).map { $0 % 31 }, labels: (0..<600).map { $0 % 43 })
    let order = SampleOrder(seed: 7, count: 600)
      .diverse(batch: 10, try source.contents([.caption, .picture, .label]))
    let found = [20, 31, 43].map { period in most(order, batch: 10, batches: 180, (0..<600).map { $0 % period }) }
    // 30 captions of a kind for 60 batches leave room; a last batch of an epoch takes what is left.
    #expect(found.map { $0.count { $0 > 1 } }.reduce(0, +) <= 12, "\(found)")
    expectPermutations(order, epochs: 3)
  }

  @Test func `a position is its own function, whatever was asked before`() throws {
    let contents = try NumberedPairs(captions: groups(Array(repeating: 5, count: 20)).map { [$0] }).contents([.caption])
    let shards = (0..<10).map { $0 * 10..<($0 + 1) * 10 }
    for base in [
      SampleOrder(seed: 9, count: 100),
      SampleOrder(seed: 9, Mixture([.init(count: 100)]), shards: shards, window: 3),
      SampleOrder(seed: 9, Mixture([.init(count: 60, weight: 0.7), .init(count: 40, weight: 2)])),
    ] {
      let one = base.diverse(batch: 8, contents)
      let all = (0..<5 * one.count).map { one.sample(at: $0) }
      for position in stride(from: all.count - 1, through: 0, by: -13) {
        #expect(base.diverse(batch: 8, contents).sample(at: position) == all[position])
        #expect(one.sample(at: position) == all[position])
      }
    }
  }

  @Test(arguments: [1.0, 0.7, 2]) func `with weights exposures differ by one at most`(weight: Double) throws {
    let contents = try NumberedPairs(captions: (0..<100).map { [$0 / 4] }).contents([.caption])
    let mixture = Mixture([.init(count: 60), .init(count: 40, weight: weight)])
    let order = SampleOrder(seed: 9, mixture).diverse(batch: 8, contents)
    var counts = [Int](repeating: 0, count: 100)
    for position in 0..<7 * order.count {
      counts[order.sample(at: position).index] += 1
      guard position % order.count == order.count - 1 else { continue }
      for part in [counts[..<60], counts[60...]] { #expect((part.max() ?? 0) - (part.min() ?? 0) <= 1) }
    }
  }

  /// The captions that the loader draws: with several captions a pair, by shares too, which change by the epoch.
  @Test(arguments: [[], [0.7, 0.3]] as [[Float]])
  func `the caption that counts is the one that is drawn`(_ shares: [Float]) throws {
    let source = NumberedPairs(
      captions: (0..<60).map { [$0 / 2, 100 + $0 / 3] }, shares: shares)
    let order = SampleOrder(seed: 5, count: 60).diverse(batch: 15, try source.contents([.caption]))
    let loader = BatchLoader(
      source: source, order: order, transform: .training(side: 8), contextLength: 1, tokenize: tokens
    ) { $0 < 40 ? Array($0 * 15..<($0 + 1) * 15) : nil }
    var different = Set<Int32>()
    while let batch = try loader.next() {
      #expect(Set(batch.tokens).count == 15)
      different.formUnion(batch.tokens)
    }
    #expect(different.count == 50)
  }

  @Test func `contents come back from their words, parts make a whole, and what can't be read is nobody's equal`()
    throws
  {
    var source = NumberedPairs(captions: (0..<30).map { [$0 / 3, 50 + $0] }, labels: (0..<30).map { $0 % 4 })
    source.captions[7] = []
    let kinds: Set<SampleContents.Kind> = [.caption, .picture, .label]
    let whole = try source.contents(kinds)
    #expect(SampleContents(kinds, words: whole.words + [0, 0]) == whole)
    var joined = SampleContents(kinds)
    for part in [0..<11, 11..<11, 11..<30] {
      joined.append(SampleContents(kinds, words: try SampleContents(kinds, of: source, part, tokens: tokens).words))
    }
    #expect(joined == whole)
    let bounds = whole.bounds(batch: 10, seed: 0)
    #expect(bounds.map(\.kind) == [.caption, .picture, .label] && bounds.allSatisfy { $0.samples == 29 })
    // Of 4 labels, 8, 7, 7 and 7 pairs, three batches have four each, and 29/3 − 4 pairs more.
    #expect(bounds[2].distinct == 4 && bounds[2].most == 8 && abs(bounds[2].duplicates - 17 / 3) < 1e-9)
  }
}

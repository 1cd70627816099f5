import Foundation
import Pairs
import Synchronization
import Testing

/// Pairs made on the spot; the indices in `broken` are texts in place of pictures.
private struct MadePairs: PairSource {
  let count: Int
  var broken: Set<Int> = []
  var gone: Set<Int> = []
  let reads = Reads()

  final class Reads: Sendable {
    let count = Mutex(0)
  }

  func pair(at index: Int) throws -> Pair {
    reads.count.withLock { $0 += 1 }
    if gone.contains(index) { throw ShardError.missing(path: "gone.tar") }
    let image = try broken.contains(index) ? Array("text".utf8) : colorFile(index)
    return Pair(key: "k\(index)", image: image, captions: ["\(index)", "\(index) again", "\(index) more"])
  }

  func location(of index: Int) -> PairLocation { PairLocation(key: "k\(index)", file: "made") }
}

/// Chunks of five positions, up to `positions`.
private func loader(
  _ source: MadePairs, positions: Int = 100, threads: Int = 1, ahead: Int = 3,
  report: @escaping @Sendable (SkippedSample) -> Void = { _ in }
) -> BatchLoader {
  BatchLoader(
    source: source, order: SampleOrder(seed: 5, count: source.count), transform: .training(side: 8), contextLength: 2,
    threads: threads, ahead: ahead, tokenize: { [Int32($0.prefix { $0.isNumber })!, Int32($0.count)] }, report: report
  ) { $0 * 5 < positions ? Array($0 * 5..<$0 * 5 + 5) : nil }
}

private func all(_ loader: BatchLoader) throws -> [Batch] {
  var batches: [Batch] = []
  while let batch = try loader.next() { batches.append(batch) }
  return batches
}

@Test func `the order is a permutation in every epoch, each a different one`() {
  let order = SampleOrder(seed: 9, count: 50)
  let epochs = (0..<3).map { epoch in (0..<50).map { order.sample(at: epoch * 50 + $0) } }
  for (epoch, samples) in epochs.enumerated() {
    #expect(samples.map(\.index).sorted() == Array(0..<50))
    #expect(samples.allSatisfy { $0.epoch == epoch })
  }
  #expect(Set(epochs.map { $0.map(\.index) }).count == 3)
  let other = SampleOrder(seed: 10, count: 50)
  #expect((0..<50).map { other.sample(at: $0).index } != epochs[0].map(\.index))
  // Asked again after others, an epoch is the same.
  #expect((0..<50).map { order.sample(at: $0).index } == epochs[0].map(\.index))
}

@Test func `batches are the same with 0, 1 and 3 threads`() throws {
  let source = MadePairs(count: 30, broken: [4, 17])
  let expected = try all(loader(source, threads: 0))
  #expect(expected.count == 20 && expected.allSatisfy { $0.count == 5 })
  #expect(try all(loader(source, threads: 1)) == expected)
  #expect(try all(loader(source, threads: 3)) == expected)
}

@Test func `a batch holds its positions' samples with their tokens, all captions in turn`() throws {
  let source = MadePairs(count: 30)
  let order = SampleOrder(seed: 5, count: 30)
  let batches = try all(loader(source, positions: 200))
  let samples = batches.flatMap(\.samples)
  #expect(samples == (0..<200).map { order.sample(at: $0).index })
  let tokens = batches.flatMap(\.tokens)
  #expect(samples.indices.allSatisfy { tokens[2 * $0] == Int32(samples[$0]) })
  let lengths = Set(samples.indices.filter { samples[$0] == 7 }.map { tokens[2 * $0 + 1] })
  #expect(lengths.count > 1)  // "7", "7 again", "7 more", over six epochs
}

@Test func `a corrupt sample is replaced alike however the positions are cut, and named once`() throws {
  let source = MadePairs(count: 30, broken: [4, 17, 20])
  let reported = Mutex<[SkippedSample]>([])
  let one = loader(source) { sample in reported.withLock { $0.append(sample) } }
  let samples = try all(one).flatMap(\.samples)
  #expect(samples.count == 100 && !samples.contains { source.broken.contains($0) })
  #expect(Set(one.skipped.map(\.key)) == ["k4", "k17", "k20"] && one.skipped.count == 3)
  #expect(reported.withLock { $0 } == one.skipped)
  #expect(one.skipped.first?.reason.contains("not a picture") == true)
  // A worker that loads the second half alone agrees on the replacements.
  let half = BatchLoader(
    source: source, order: SampleOrder(seed: 5, count: 30), transform: .training(side: 8), contextLength: 1,
    tokenize: { _ in [0] }
  ) { $0 < 1 ? Array(50..<100) : nil }
  #expect(try all(half).flatMap(\.samples) == Array(samples[50...]))
}

@Test(arguments: [0, 2])
func `data of which nothing can be used is an error, at the first position`(threads: Int) {
  let source = MadePairs(count: 40, broken: Set(0..<40))
  let error = #expect(throws: LoadingError.self) { try all(loader(source, threads: threads)) }
  #expect(error?.description.contains("64 of 64 pairs can't be used") == true)
  #expect(error?.description.contains("something general must be wrong") == true)
}

@Test func `half-broken data is trained around, alike however it is cut, and its gaps are counted`() throws {
  let source = MadePairs(count: 40, broken: Set(0..<30))
  let whole = loader(source)
  let samples = try all(whole).flatMap(\.samples)
  let order = SampleOrder(seed: 5, count: 40)
  let gaps = (0..<100).filter { source.broken.contains(order.sample(at: $0).index) }
  #expect(whole.replaced == gaps.count)
  for start in stride(from: 0, to: 100, by: 25) {
    let part = BatchLoader(
      source: source, order: order, transform: .training(side: 8), contextLength: 1, tokenize: { _ in [0] }
    ) { $0 < 1 ? Array(start..<start + 25) : nil }
    #expect(try all(part).flatMap(\.samples) == Array(samples[start..<start + 25]))
    #expect(part.replaced == gaps.count { (start..<start + 25).contains($0) })
  }
}

@Test func `an evaluation of data that is mostly corrupt is an error`() {
  let reader = EvaluationReader(
    source: MadePairs(count: 40, broken: Set(0..<40)), transform: .evaluation(side: 8), batch: 5)
  #expect(throws: LoadingError.self) { while try reader.next() != nil {} }
}

@Test(arguments: [0, 2])
func `a shard that has gone ends the loading, after the batches before it`(threads: Int) throws {
  let order = SampleOrder(seed: 5, count: 30)
  let source = MadePairs(count: 30, gone: [order.sample(at: 12).index])
  let loader = loader(source, threads: threads)
  #expect(try loader.next()?.count == 5)
  #expect(try loader.next()?.count == 5)
  #expect(throws: ShardError.missing(path: "gone.tar")) { try loader.next() }
  #expect(throws: ShardError.missing(path: "gone.tar")) { try loader.next() }
}

@Test func `loading stays a bounded number of chunks ahead`() throws {
  let source = MadePairs(count: 30)
  func reads() -> Int { source.reads.count.withLock { $0 } }
  func settled() -> Int {
    var last = -1
    while reads() != last {
      last = reads()
      Thread.sleep(forTimeInterval: 0.2)
    }
    return last
  }
  let some: BatchLoader? = loader(source, positions: 100_000, threads: 2, ahead: 3)
  #expect(settled() == 15)
  _ = try some?.next()
  #expect(settled() == 20)
  some?.cancel()
  #expect(try some?.next() == nil)
}

/// Counts as held while a loader's threads live.
private final class Token: Sendable {}

@Test func `the threads end with the loader`() {
  var token: Token? = Token()
  weak let held = token
  var loader: BatchLoader? = BatchLoader(
    source: MadePairs(count: 30), order: SampleOrder(seed: 5, count: 30), transform: .training(side: 8),
    contextLength: 1, threads: 2, tokenize: { _ in [0] }
  ) { [token] number in token == nil ? nil : [number] }
  token = nil
  #expect(held != nil && loader != nil)
  loader = nil
  for _ in 0..<100 where held != nil { Thread.sleep(forTimeInterval: 0.05) }
  #expect(held == nil)
}

@Test(arguments: [0, 3])
func `evaluation reads all in order, with every caption, and leaves out what is corrupt`(threads: Int) throws {
  let source = MadePairs(count: 23, broken: [1, 22])
  let reader = EvaluationReader(source: source, transform: .evaluation(side: 8), batch: 5, threads: threads)
  var (keys, captions, bytes) = ([String](), [[String]](), 0)
  while let batch = try reader.next() {
    keys += batch.keys
    captions += batch.captions
    bytes += batch.images.count
  }
  #expect(keys == (0..<22).filter { $0 != 1 }.map { "k\($0)" })
  #expect(captions[1] == ["2", "2 again", "2 more"] && bytes == 21 * 192)
  #expect(Set(reader.skipped.map(\.key)) == ["k1", "k22"])
}

import Files
import Foundation
import Pairs
import Training

/// Loading alone, from shards to what the encoders take; what `peers/loader.py` times too.
public struct LoaderBenchmark: Sendable {
  public var data: [String]
  /// Pictures become `side` × `side`, cropped at random as OpenCLIP does.
  public var side: Int
  /// Pairs a chunk.
  public var chunk: Int
  /// Threads that load; with 0 the one that asks.
  public var threads: Int
  /// The path of a vocabulary; nil to leave captions alone.
  public var tokenizer: String?

  public init(data: [String], side: Int, chunk: Int, threads: Int, tokenizer: String?) {
    (self.data, self.side, self.chunk, self.threads) = (data, side, chunk, threads)
    self.tokenizer = tokenizer
  }

  public struct Result: Sendable {
    /// All pairs of the data, each once.
    public let pictures: Int
    public let seconds: Double
    /// Of processors, all threads together: a core's speed, whoever else uses the machine.
    public let cpuSeconds: Double
    /// Of processors, for decoding the same files to pixels and nothing else.
    public let decodeCPUSeconds: Double
    public let skipped: Int
    public let peakBytes: Int
  }

  public func run() throws -> Result {
    let source = try openPairs(data)
    let (start, before) = (ContinuousClock.now, cpuSeconds())
    let skipped = try load(source)
    let (seconds, loaded, peak) = ((ContinuousClock.now - start).seconds, cpuSeconds(), peakBytes())
    return Result(
      pictures: source.count, seconds: seconds, cpuSeconds: loaded - before, decodeCPUSeconds: decode(source),
      skipped: skipped, peakBytes: peak)
  }

  private func load(_ source: any PairSource) throws -> Int {
    let contextLength = 77
    let tokenizer = try tokenizer.map { path in try openTokenizer(file: path) }
    let (count, chunk) = (source.count, chunk)
    let loader = BatchLoader(
      source: source, order: SampleOrder(seed: 0, count: count), transform: .training(side: side),
      contextLength: contextLength, threads: threads,
      tokenize: { text in
        tokenizer?.tokens(text, contextLength: contextLength) ?? [Int32](repeating: 0, count: contextLength)
      },
      chunks: { $0 * chunk < count ? Array($0 * chunk..<min(count, ($0 + 1) * chunk)) : nil })
    while try loader.next() != nil {}
    return loader.skipped.count
  }

  private func decode(_ source: any PairSource) -> Double {
    var seconds = 0.0
    for index in 0..<source.count {
      guard let file = try? source.pair(at: index).image else { continue }
      let before = cpuSeconds()
      _ = try? Picture(decoding: file)
      seconds += cpuSeconds() - before
    }
    return seconds
  }

  private func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }
}

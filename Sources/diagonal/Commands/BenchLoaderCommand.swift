import ArgumentParser
import Foundation
import Planning

struct BenchLoaderCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "loader", abstract: "Times reading, decoding, cropping and resizing: every pair of the data, once.",
    discussion: """
      Says too how long decoding alone takes, which bounds what anything else could gain. launch/peers/loader.py times \
      OpenCLIP's loaders on the same shards, and launch/bench-data all in turn.

      Example: diagonal bench loader --data "shards/train-{0000..0003}.tar" --side 224 --threads 2
      """)

  @Option(parsing: .upToNextOption, help: "Shards, tables or folders; brace ranges allowed.") var data: [String]
  @Option(help: "Width and height that pictures are resized to.") var side = 224
  @Option(help: "Pairs a chunk.") var chunk = 32
  @Option(help: "Threads that load; 0 loads in the one that asks.") var threads = 0
  @Option(help: "A merges file or BERT's vocab.txt, to make tokens of the captions.") var tokenizer: String?
  @Flag(help: "Print one JSON object.") var json = false

  func validate() throws {
    try requireThreads(threads, atLeast: 0)
    try requireCount("--side", side, atMost: 1 << 14)
    try requireCount("--chunk", chunk, atMost: 1 << 20)
  }

  private struct Report: Encodable {
    let pictures: Int
    let skipped: Int
    let threads: Int
    let seconds: Double
    let picturesPerSecond: Double
    let picturesPerCPUSecond: Double
    let decodeShare: Double
    let peakBytes: Int

    enum CodingKeys: String, CodingKey {
      case pictures, skipped, threads, seconds
      case picturesPerSecond = "pictures_per_second"
      case picturesPerCPUSecond = "pictures_per_cpu_second"
      case decodeShare = "decode_share"
      case peakBytes = "peak_bytes"
    }
  }

  func run() throws {
    let benchmark = LoaderBenchmark(data: data, side: side, chunk: chunk, threads: threads, tokenizer: tokenizer)
    let result = try benchmark.run()
    let report = Report(
      pictures: result.pictures, skipped: result.skipped, threads: threads, seconds: result.seconds,
      picturesPerSecond: Double(result.pictures) / result.seconds,
      picturesPerCPUSecond: Double(result.pictures) / result.cpuSeconds,
      decodeShare: result.decodeCPUSeconds / result.cpuSeconds, peakBytes: result.peakBytes)
    guard !json else { return try printJSON(report) }
    print(
      String(
        format:
          "\(grouped(report.pictures)) pictures: %.0f a second, %.0f a second of a core, %.0f %% of it decoding; %.0f MB",
        report.picturesPerSecond, report.picturesPerCPUSecond, 100 * report.decodeShare, Double(report.peakBytes) / 1e6)
    )
    if report.skipped > 0 { print("\(report.skipped) pairs were left out") }
  }
}

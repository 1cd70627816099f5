import ArgumentParser
import Engine
import Evaluation
import Files
import Foundation
import Pairs
import Stored

struct BenchEmbedCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "embed", abstract: "Times embedding pictures against the encoder alone, in turn.",
    discussion: """
      Alone, the encoder goes over one batch of pictures that lie decoded in memory, as often as there are batches. Embedding \
      reads, decodes, encodes and writes all pictures of the data, into a directory that is removed again. Said is the median \
      of the rounds.

      Example: diagonal bench embed --model ViT-B-32 --data photos.tar --rounds 3 --json
      """)

  @OptionGroup var input: ModelOnPairs
  @Option(help: "How often each is timed.") var rounds = 3
  @Flag(help: "Print one JSON object.") var json = false

  func validate() throws { try requireCount("--rounds", rounds, atMost: 1000) }

  func run() throws {
    let (encoders, source) = try input.open(needs: .pictures, only: .image)
    let batch = try firstBatch(of: source, encoders)
    _ = try encoders.images(batch)
    var (alone, embedding) = ([Double](), [Double]())
    for _ in 0..<rounds {
      alone.append(
        try seconds {
          for range in evenRanges(0..<source.count, of: Encoders.batch) {
            _ = try encoders.images(Array(batch.prefix(range.count * batch.count / Encoders.batch)))
          }
        })
      embedding.append(try seconds { try embed(source, encoders) })
    }
    func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
    let report = Report(
      pictures: source.count, alone_seconds: median(alone), embed_seconds: median(embedding),
      share: median(alone) / median(embedding))
    if json { return try printJSON(report) }
    print(
      String(
        format: "\(grouped(report.pictures)) pictures: the encoder alone %.1f a second, embed %.1f: %.1f %%",
        Double(report.pictures) / report.alone_seconds, Double(report.pictures) / report.embed_seconds,
        100 * report.share))
  }

  /// The pixels of as many pictures as are encoded at once; the first is repeated where there are fewer.
  private func firstBatch(of source: any PairSource, _ encoders: Encoders) throws -> [UInt8] {
    guard source.count > 0 else { throw EvaluationError.nothingToEvaluate }
    return try (0..<Encoders.batch).flatMap { number in
      try encoders.transform(try source.pair(at: number < source.count ? number : 0).image)
    }
  }

  private func embed(_ source: any PairSource, _ encoders: Encoders) throws {
    let directory = try makeTemporaryDirectory("diagonal-bench")
    defer { try? FileManager.default.removeItem(atPath: directory) }
    _ = try Embeddings(encoders, of: source, to: directory, Embeddings.Options(parts: [.images]))
  }

  private func seconds(_ body: () throws -> Void) rethrows -> Double {
    let start = ProcessInfo.processInfo.systemUptime
    try body()
    return ProcessInfo.processInfo.systemUptime - start
  }

  private struct Report: Encodable {
    let pictures: Int
    let alone_seconds, embed_seconds, share: Double
  }
}

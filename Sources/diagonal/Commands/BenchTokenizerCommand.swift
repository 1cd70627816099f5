import ArgumentParser
import Foundation
import Planning

struct BenchTokenizerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "tokenizer", abstract: "Times a tokenizer over captions, each once, on one thread.",
    discussion: """
      launch/peers/tokenizer.py times OpenCLIP's on the same captions, and launch/bench-data both in turn.

      Example: diagonal bench tokenizer --tokenizer merges.txt.gz --captions captions.txt
      """)

  @Option(help: "A merges file or BERT's vocab.txt.") var tokenizer: String
  @Option(help: "Captions, one a line; a file that ends in .jsonl has JSON strings.") var captions: String
  @Option(help: "Write the ids here, a JSON list a line.") var ids: String?
  @Flag(help: "Print one JSON object.") var json = false

  private struct Report: Encodable {
    let captions: Int
    let ids: Int
    let seconds: Double
    let captionsPerSecond: Double
    let loadSeconds: Double

    enum CodingKeys: String, CodingKey {
      case captions, ids, seconds
      case captionsPerSecond = "captions_per_second"
      case loadSeconds = "load_seconds"
    }
  }

  func run() throws {
    let texts = try TokenizerBenchmark.captions(of: captions)
    guard !texts.isEmpty else { throw ValidationError("\(captions) has no captions") }
    let result = try TokenizerBenchmark(tokenizer: tokenizer, captions: texts).run()
    if let ids {
      let lines = result.ids.map { "\($0)\n" }.joined()
      try Data(lines.utf8).write(to: URL(filePath: ids))
    }
    let report = Report(
      captions: texts.count, ids: result.ids.reduce(0) { $0 + $1.count }, seconds: result.seconds,
      captionsPerSecond: Double(texts.count) / result.seconds, loadSeconds: result.loadSeconds)
    guard !json else { return try printJSON(report) }
    print(
      "\(grouped(report.captions)) captions, \(grouped(report.ids)) ids: "
        + "\(grouped(Int(report.captionsPerSecond))) captions/s")
  }
}

import ArgumentParser
import Engine
import Evaluation
import Files
import Foundation
import Pairs

/// What all commands that use a trained model are told.
struct ModelOptions: ParsableArguments {
  @Option(help: ArgumentHelp("A model directory, OpenCLIP's or Hugging Face's, or a checkpoint.", valueName: "dir"))
  var model: String

  @Option(help: ArgumentHelp("A merges file or vocab.txt in place of the model directory's own.", valueName: "file"))
  var tokenizer: String?

  @Option(help: ArgumentHelp("Threads to compute with (default: one a core).", valueName: "n"))
  var threads: Int?

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads is \(threads), expected at least 1") }
  }

  func load() throws -> Encoders {
    Threads.count = threads ?? ProcessInfo.processInfo.activeProcessorCount
    return try Encoders(directory: model, tokenizer: tokenizer)
  }
}

/// The pairs that a command reads.
struct DataOptions: ParsableArguments {
  @Option(
    parsing: .upToNextOption,
    help: ArgumentHelp("Shards (brace ranges too), .csv or .tsv tables, folders.", valueName: "shards"))
  var data: [String]

  func open() throws -> any PairSource { try openPairs(data) }
}

/// How an evaluation goes, on standard error: one line that renews itself on a terminal, else one every ten seconds.
final class EvaluationProgress: EvaluationObserver {
  private let start = ProcessInfo.processInfo.systemUptime
  private let line = RenewingLine()

  init() { _ = line.isDue(after: 0) }

  var seconds: Double { ProcessInfo.processInfo.systemUptime - start }

  func advanced(to pairs: Int, of total: Int) {
    let isLast = pairs == total
    guard line.isDue(after: line.terminal ? 0.1 : 10) || line.terminal && isLast else { return }
    let rate = Double(pairs) / max(seconds, 1e-3)
    let text = String(
      format: "%d/%d pairs  %.0f pairs/s  %@ left", pairs, total, rate, duration(Double(total - pairs) / rate))
    line.show(text, isLast: isLast)
  }

  func skipped(_ sample: SkippedSample) { line.note("left out: \(sample)") }

  /// Says how many pairs were left out, if any.
  func finish(skipped: Int) {
    if skipped > 0 { printError("\(skipped) \(skipped == 1 ? "pair was" : "pairs were") left out") }
  }
}

/// A result with what it was made from, as one JSON object.
struct EvaluationAnswer<Result: Encodable>: Encodable {
  let model: String
  let data: [String]
  let seconds: Double
  let result: Result

  private enum CodingKeys: String, CodingKey { case model, data, seconds }

  func encode(to encoder: any Encoder) throws {
    try result.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(model, forKey: .model)
    try container.encode(data, forKey: .data)
    try container.encode(seconds, forKey: .seconds)
  }
}

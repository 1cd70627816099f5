import ArgumentParser
import CLIP
import Collectives
import Engine
import Foundation
import Pairs
import Planning
import Runs
import Settings
import Training

struct BenchStepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "step", abstract: "Times whole training steps: forward, loss, backward, reduction, update.",
    discussion: """
      Utilization is against a lone matrix product, and against the processor's limit: independent multiply-adds in \
      registers. Both are measured in the same run by all workers at once.

      Examples:
        diagonal bench step --model launch/models/ViT-B-32.json --batch 32 --threads 2
        mpirun -np 2 diagonal bench step --model launch/models/T16.json --batch 256 --captions typical --json
      """)

  @Option(help: "An OpenCLIP model JSON.") var model: String
  @Option(help: "Pairs in the global batch.") var batch: Int
  @Option(help: "Pairs encoded at a time (default: a lane's share).") var chunk: Int?
  @Option(help: "Lanes of the batch, as a run's parallel.lanes (default: one a worker).") var lanes: Int?
  @Option(help: "f32, bf16 or auto.") var precision = Precision.f32
  @Option(help: "always, or never: every chunk is encoded again for backward, in the memory of one.")
  var keepGraphs = KeepGraphs.always
  @Flag(inversion: .prefixedNo, help: "Gather and reduce in the background, while workers compute.")
  var overlap = true
  @Flag(help: "Encoders' blocks are run again for backward rather than kept.") var checkpointBlocks = false
  @Flag(help: "Each worker updates its share of the parameters.") var shardOptimizer = false
  @Option(help: "Tokens of every caption, its end included (default: 21).") var captionTokens: Int?
  @Option(
    help: ArgumentHelp(
      "Captions of many lengths: typical, 12 tokens in the mean with a long tail, or those of a text, one a line.",
      valueName: "typical|file"))
  var captions: String?
  @Option(
    help: ArgumentHelp("What cuts the captions of a text: a merges file, or BERT's vocab.txt.", valueName: "file"))
  var tokenizer: String?
  @Option(help: "Steps to time, after two that warm up.") var steps = 5
  @Option(help: "Threads of each worker.") var threads = 1
  @Flag(help: "Print one JSON object.") var json = false

  func validate() throws {
    try requireCount("--threads", threads, atMost: 4096)
    try requireCount("--batch", batch, atMost: 100_000_000)
    let counts = [
      ("batch", batch), ("chunk", chunk ?? 1), ("lanes", lanes ?? 1), ("steps", steps), ("threads", threads),
    ]
    for (name, value) in counts
    where value < 1 { throw ValidationError("--\(name) is \(value), expected at least 1") }
    if let captionTokens, captionTokens < 2 {
      throw ValidationError("--caption-tokens is \(captionTokens), expected at least 2")
    }
    if captions != nil, captionTokens != nil {
      throw ValidationError("--captions says how long captions are: leave out --caption-tokens")
    }
    let isFile = captions.map { $0 != "typical" } ?? false
    if let captions, isFile, tokenizer == nil {
      throw ValidationError("--captions \(captions) needs --tokenizer FILE; without a text there is --captions typical")
    }
    if tokenizer != nil, !isFile { throw ValidationError("--tokenizer is for --captions FILE, which isn't given") }
  }

  func run() throws {
    let configuration = try ModelConfiguration(path: model)
    let captions = try captionLengths(contextLength: configuration.text.contextLength)
    let precision = precision.resolved(prefersBF16: Processor.multipliesBF16Faster)
    try overMPI { workers in
      let chunk = chunk ?? max(1, batch / (lanes ?? workers.size))
      try check(configuration, chunk: chunk, workers: workers.size)
      let result = try benchmark(chunk: chunk, captions, precision).run(configuration, workers: workers)
      guard workers.rank == 0 else { return }
      if let detour = precision.detour { printError(detour) }
      let report = StepReport(
        model: URL(fileURLWithPath: model).deletingPathExtension().lastPathComponent, batch: batch, chunk: chunk,
        precision: precision, workers: workers.size, threads: threads, captionLengths: captions.first(batch),
        result: result)
      if json { try printJSON(report) } else { print(report.line) }
    }
  }

  private func captionLengths(contextLength: Int) throws -> CaptionLengths {
    if let captions, let tokenizer {
      return try CaptionLengths(file: captions, openTokenizer(file: tokenizer), contextLength: contextLength)
    }
    if captions != nil { return .typical(batch, contextLength: contextLength) }
    let tokens = captionTokens ?? 21
    guard tokens <= contextLength else {
      throw ValidationError("--caption-tokens is \(tokens), the model's context_length is \(contextLength)")
    }
    return .equal(tokens)
  }

  /// Throws unless the batch can be split so.
  private func check(_ configuration: ModelConfiguration, chunk: Int, workers: Int) throws {
    guard workers.nonzeroBitCount == 1 else {
      throw ValidationError("a step is benchmarked on 1, 2, 4, 8, … workers, not on \(workers)")
    }
    guard lanes.map({ $0.nonzeroBitCount == 1 && $0 % workers == 0 }) ?? true else {
      throw ValidationError("--lanes isn't a power of two of at least \(workers), the number of workers")
    }
    guard batch % ((lanes ?? workers) * chunk) == 0 else {
      let parts = lanes.map { "\($0) lanes" } ?? "\(workers) workers"
      throw ValidationError("--batch \(batch) isn't a multiple of \(parts) × chunks of \(chunk)")
    }
    let fewest = configuration.vision.smallestChunk
    guard chunk >= fewest else {
      throw ValidationError("chunks of \(chunk) are too small for the model's batch statistics, which need \(fewest)")
    }
  }

  private func benchmark(chunk: Int, _ captions: CaptionLengths, _ precision: Precision) -> StepBenchmark {
    var benchmark = StepBenchmark(
      batch: batch, chunk: chunk, captions: captions, steps: steps, threads: threads,
      element: precision.element, graphs: keepGraphs == .never ? .never : .always)
    benchmark.lanes = lanes
    benchmark.overlaps = overlap
    benchmark.checkpointsBlocks = checkpointBlocks
    benchmark.shardsOptimizer = shardOptimizer
    return benchmark
  }
}

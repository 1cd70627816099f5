import ArgumentParser
import CLIP
import Collectives
import Engine
import Foundation
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
        mpirun -np 2 diagonal bench step --model launch/models/T16.json --batch 256 --json
      """)

  @Option(help: "An OpenCLIP model JSON.") var model: String
  @Option(help: "Pairs in the global batch.") var batch: Int
  @Option(help: "Pairs encoded at a time (default: a worker's share).") var chunk: Int?
  @Option(help: "f32, bf16 or auto.") var precision = Precision.f32
  @Option(help: "always, or never: every chunk is encoded again for backward, in the memory of one.")
  var keepGraphs = KeepGraphs.always
  @Flag(inversion: .prefixedNo, help: "Gather and reduce in the background, while workers compute.")
  var overlap = true
  @Flag(help: "Encoders' blocks are run again for backward rather than kept.") var checkpointBlocks = false
  @Flag(help: "Each worker updates its share of the parameters.") var shardOptimizer = false
  @Option(help: "Tokens of every caption, its end included.") var captionTokens = 21
  @Option(help: "Steps to time, after two that warm up.") var steps = 5
  @Option(help: "Threads of each worker.") var threads = 1
  @Flag(help: "Print one JSON object.") var json = false

  func validate() throws {
    for (name, value) in [("batch", batch), ("chunk", chunk ?? 1), ("steps", steps), ("threads", threads)]
    where value < 1 { throw ValidationError("--\(name) is \(value), expected at least 1") }
    if captionTokens < 2 { throw ValidationError("--caption-tokens is \(captionTokens), expected at least 2") }
  }

  func run() throws {
    let configuration = try ModelConfiguration(path: model)
    let longest = configuration.text.contextLength
    guard captionTokens <= longest else {
      throw ValidationError("--caption-tokens is \(captionTokens), the model's context_length is \(longest)")
    }
    let precision = precision.resolved(prefersBF16: Processor.multipliesBF16Faster)
    try overMPI { workers in
      let chunk = chunk ?? max(1, batch / workers.size)
      try check(configuration, chunk: chunk, workers: workers.size)
      let result = try benchmark(chunk: chunk, precision).run(configuration, workers: workers)
      guard workers.rank == 0 else { return }
      if let detour = precision.detour { printError(detour) }
      let report = StepReport(
        model: URL(fileURLWithPath: model).deletingPathExtension().lastPathComponent, batch: batch, chunk: chunk,
        precision: precision, workers: workers.size, threads: threads, result: result)
      if json { try printJSON(report) } else { print(report.line) }
    }
  }

  /// Throws unless the batch can be split so.
  private func check(_ configuration: ModelConfiguration, chunk: Int, workers: Int) throws {
    guard workers.nonzeroBitCount == 1 else {
      throw ValidationError("a step is benchmarked on 1, 2, 4, 8, … workers, not on \(workers)")
    }
    guard batch % (workers * chunk) == 0 else {
      throw ValidationError("--batch \(batch) isn't a multiple of \(workers) workers × chunks of \(chunk)")
    }
    let fewest = configuration.vision.smallestChunk
    guard chunk >= fewest else {
      throw ValidationError("chunks of \(chunk) are too small for the model's batch statistics, which need \(fewest)")
    }
  }

  private func benchmark(chunk: Int, _ precision: Precision) -> StepBenchmark {
    var benchmark = StepBenchmark(
      batch: batch, chunk: chunk, captionTokens: captionTokens, steps: steps, threads: threads,
      element: precision.element, graphs: keepGraphs == .never ? .never : .always)
    benchmark.overlaps = overlap
    benchmark.checkpointsBlocks = checkpointBlocks
    benchmark.shardsOptimizer = shardOptimizer
    return benchmark
  }
}

import ArgumentParser
import CLIP
import Collectives
import Engine
import Foundation
import Planning
import Runs
import Settings
import Training

struct BenchCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "bench", abstract: "Measures a training step, the loss alone, the processor or the machine, on random data.",
    discussion: "Example: diagonal bench loss --batch 16384 --dim 512 --json",
    subcommands: [BenchStepCommand.self, BenchLossCommand.self, BenchProcessorCommand.self, BenchMachineCommand.self])
}

struct BenchStepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "step", abstract: "Times whole training steps: forward, loss, backward, reduction, update.",
    discussion: """
      Utilization is against oneDNN's own matrix products, and against the processor's limit: independent multiply-adds in \
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
    let precision = precision.resolved(multipliesBF16: Processor.multipliesBF16)
    try overMPI { workers in
      let chunk = chunk ?? max(1, batch / workers.size)
      guard workers.size.nonzeroBitCount == 1 else {
        throw ValidationError("a step is benchmarked on 1, 2, 4, 8, … workers, not on \(workers.size)")
      }
      guard batch % (workers.size * chunk) == 0 else {
        throw ValidationError("--batch \(batch) isn't a multiple of \(workers.size) workers × chunks of \(chunk)")
      }
      let fewest = configuration.vision.smallestChunk
      guard chunk >= fewest else {
        throw ValidationError("chunks of \(chunk) are too small for the model's batch statistics, which need \(fewest)")
      }
      var benchmark = StepBenchmark(
        batch: batch, chunk: chunk, captionTokens: captionTokens, steps: steps, threads: threads,
        element: precision.element, graphs: keepGraphs == .never ? .never : .always)
      benchmark.overlaps = overlap
      benchmark.checkpointsBlocks = checkpointBlocks
      benchmark.shardsOptimizer = shardOptimizer
      let result = try benchmark.run(configuration, workers: workers)
      guard workers.rank == 0 else { return }
      if let detour = precision.detour { printError(detour) }
      try show(result, precision, chunk: chunk, workers: workers.size)
    }
  }

  private func show(_ result: StepBenchmark.Result, _ precision: Precision, chunk: Int, workers: Int) throws {
    let name = URL(fileURLWithPath: model).deletingPathExtension().lastPathComponent
    let pairsPerSecond = Double(batch) / result.secondsPerStep
    let phases = result.phases
    guard json else {
      let shown = Phases.Phase.allCases.filter { phases[$0] > 0 }.map {
        String(format: "\($0) %.3f", phases[$0])
          + (phases.hidden($0) > 0 ? String(format: " + %.3f hidden", phases.hidden($0)) : "")
      }
      return print(
        String(
          format: """
            \(name), batch \(batch) in chunks of \(chunk), \(precision), \(workers) × \(threads): \
            %.2f pairs/s, %.3f s a step (\(shown.joined(separator: ", "))), \
            %.1f GFLOP/s: %.0f %% of oneDNN's %.1f, %.0f %% of the processor's %.1f; %.2f GB
            """, pairsPerSecond, result.secondsPerStep, result.flops / 1e9, 100 * result.utilization,
          result.peakFlops / 1e9, 100 * result.limitUtilization, result.limitFlops / 1e9,
          Double(result.peakBytes) / 1e9))
    }
    try printJSON(
      StepReport(
        model: name, batch: batch, chunk: chunk, precision: precision.rawValue, workers: workers, threads: threads,
        pairsPerSecond: pairsPerSecond, secondsPerStep: result.secondsPerStep, flopsPerPair: result.flopsPerPair,
        gflops: result.flops / 1e9, peakGflops: result.peakFlops / 1e9, utilization: result.utilization,
        limitGflops: result.limitFlops / 1e9, limitUtilization: result.limitUtilization,
        peakBytes: result.peakBytes, encodeSeconds: phases[.encode], gatherSeconds: phases[.gather],
        lossSeconds: phases[.loss], backwardSeconds: phases[.backward], reduceSeconds: phases[.reduce],
        updateSeconds: phases[.update], gatherHiddenSeconds: phases.hidden(.gather),
        reduceHiddenSeconds: phases.hidden(.reduce)))
  }
}

/// Seconds are worker 0's in the median step, under the names of metrics.jsonl.
private struct StepReport: Encodable {
  let model: String
  let batch: Int
  let chunk: Int
  let precision: String
  let workers: Int
  let threads: Int
  let pairsPerSecond: Double
  let secondsPerStep: Double
  let flopsPerPair: Double
  let gflops: Double
  let peakGflops: Double
  let utilization: Double
  let limitGflops: Double
  let limitUtilization: Double
  let peakBytes: Int
  let encodeSeconds: Double
  let gatherSeconds: Double
  let lossSeconds: Double
  let backwardSeconds: Double
  let reduceSeconds: Double
  let updateSeconds: Double
  let gatherHiddenSeconds: Double
  let reduceHiddenSeconds: Double

  enum CodingKeys: String, CodingKey {
    case model, batch, chunk, precision, workers, threads, gflops, utilization
    case encodeSeconds = "encode_seconds"
    case gatherSeconds = "gather_seconds"
    case lossSeconds = "loss_seconds"
    case backwardSeconds = "backward_seconds"
    case reduceSeconds = "reduce_seconds"
    case updateSeconds = "update_seconds"
    case gatherHiddenSeconds = "gather_hidden_seconds"
    case reduceHiddenSeconds = "reduce_hidden_seconds"
    case pairsPerSecond = "pairs_per_second"
    case secondsPerStep = "seconds_per_step"
    case flopsPerPair = "flops_per_pair"
    case peakGflops = "peak_gflops"
    case limitGflops = "limit_gflops"
    case limitUtilization = "limit_utilization"
    case peakBytes = "peak_bytes"
  }
}

extension Precision: ExpressibleByArgument {}
extension KeepGraphs: ExpressibleByArgument {}
extension LossKind: ExpressibleByArgument {}
extension DuplicateRule: ExpressibleByArgument {}

struct BenchLossCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "loss", abstract: "Times a loss, forward and backward.",
    discussion: """
      Every eighth caption equals another, for --duplicates.

      Examples:
        diagonal bench loss --batch 16384 --dim 512 --threads 2 --json
        diagonal bench loss --batch 16384 --kind sigmoid --negatives 1024
      """)

  @Option(help: "Pairs in the global batch.") var batch: Int
  @Option(help: "Numbers in an embedding.") var dim = 512
  @Option(help: "Threads of each worker.") var threads = 1
  @Option(help: "softmax, sigmoid or global_contrastive.") var kind = LossKind.softmax
  @Option(help: "negative, positive or ignore.") var duplicates = DuplicateRule.negative
  @Option(help: "Others that each row sees (default: all).") var negatives: Int?
  @Flag(help: "Print one JSON object.") var json = false

  private var loss: LossSection {
    var loss = LossSection()
    (loss.kind, loss.duplicates, loss.negatives) = (kind, duplicates, negatives)
    return loss
  }

  func validate() throws {
    let counts = [("batch", batch), ("dim", dim), ("threads", threads), ("negatives", negatives ?? 1)]
    for (name, value) in counts where value < 1 {
      throw ValidationError("--\(name) is \(value), expected at least 1")
    }
    if let negatives, negatives >= batch {
      throw ValidationError("--negatives is \(negatives), expected less than --batch \(batch)")
    }
    guard kind == .globalContrastive else { return }
    if duplicates == .positive {
      throw ValidationError("--duplicates is positive, expected negative or ignore with --kind \(kind.rawValue)")
    }
    if batch < 2 { throw ValidationError("--batch is \(batch), expected at least 2 with --kind \(kind.rawValue)") }
  }

  func run() throws {
    try overMPI { workers in
      guard batch % workers.size == 0 else {
        throw ValidationError("--batch \(batch) isn't a multiple of \(workers.size) workers")
      }
      let result = try LossBenchmark(batch: batch, dim: dim, threads: threads, loss: loss).run(workers: workers)
      guard workers.rank == 0 else { return }
      guard json else {
        return print(
          String(
            format: "batch \(batch), dim \(dim), \(workers.size) × \(threads): %.3f s, %.1f MB, %.1f GFLOP/s, %.0f %% of the processor's",
            result.seconds, Double(result.peakBytes) / 1e6, result.flops / 1e9, 100 * result.flops / result.limitFlops))
      }
      try printJSON(
        LossReport(
          batch: batch, dim: dim, workers: workers.size, seconds: result.seconds, peakBytes: result.peakBytes,
          gflops: result.flops / 1e9, limitGflops: result.limitFlops / 1e9))
    }
  }
}

private struct LossReport: Encodable {
  let batch: Int
  let dim: Int
  let workers: Int
  let seconds: Double
  let peakBytes: Int
  let gflops: Double
  let limitGflops: Double

  enum CodingKeys: String, CodingKey {
    case batch, dim, workers, seconds, gflops
    case limitGflops = "limit_gflops"
    case peakBytes = "peak_bytes"
  }
}

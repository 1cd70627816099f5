import Foundation
import Planning
import Settings
import Training

/// What `diagonal bench step` measured, as a line and as JSON.
struct StepReport: Encodable {
  let model: String
  let batch: Int
  let chunk: Int
  let precision: Precision
  let workers: Int
  let threads: Int
  /// Tokens of each pair's caption.
  let captionLengths: [Int]
  let result: StepBenchmark.Result

  private var pairsPerSecond: Double { Double(batch) / result.secondsPerStep }
  private var captionTokens: Double { Double(captionLengths.reduce(0, +)) / Double(captionLengths.count) }

  var line: String {
    String(
      format: """
        \(model), batch \(batch) in chunks of \(chunk), \(precision), \(workers) × \(threads), \
        captions of %.1f tokens: %.2f pairs/s, %.3f s a step (\(phases)), \
        %.1f GFLOP/s: %.0f %% of a lone product's %.1f, %.0f %% of the processor's %.1f; %.2f GB
        """, captionTokens, pairsPerSecond, result.secondsPerStep, result.flops / 1e9, 100 * result.utilization,
      result.peakFlops / 1e9, 100 * result.limitUtilization, result.limitFlops / 1e9,
      Double(result.peakBytes) / 1e9)
  }

  /// Those that took any time.
  private var phases: String {
    let phases = result.phases
    return Phases.Phase.allCases.filter { phases[$0] > 0 }.map {
      String(format: "\($0) %.3f", phases[$0])
        + (phases.hidden($0) > 0 ? String(format: " + %.3f hidden", phases.hidden($0)) : "")
    }.joined(separator: ", ")
  }
}

extension StepReport {
  private enum CodingKeys: String, CodingKey {
    case model, batch, chunk, precision, workers, threads, gflops, utilization
    case pairsPerSecond = "pairs_per_second"
    case secondsPerStep = "seconds_per_step"
    case flopsPerPair = "flops_per_pair"
    case peakGflops = "peak_gflops"
    case limitGflops = "limit_gflops"
    case limitUtilization = "limit_utilization"
    case peakBytes = "peak_bytes"
    case captionTokens = "caption_tokens"
    case captionLengths = "caption_lengths"
    case encodeSeconds = "encode_seconds"
    case gatherSeconds = "gather_seconds"
    case lossSeconds = "loss_seconds"
    case backwardSeconds = "backward_seconds"
    case reduceSeconds = "reduce_seconds"
    case updateSeconds = "update_seconds"
    case gatherHiddenSeconds = "gather_hidden_seconds"
    case reduceHiddenSeconds = "reduce_hidden_seconds"
  }

  func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    try fields.encode(model, forKey: .model)
    try fields.encode(precision.rawValue, forKey: .precision)
    for (key, count) in [
      (CodingKeys.batch, batch), (.chunk, chunk), (.workers, workers), (.threads, threads),
      (.peakBytes, result.peakBytes),
    ] { try fields.encode(count, forKey: key) }
    for (key, number) in [
      (CodingKeys.pairsPerSecond, pairsPerSecond), (.secondsPerStep, result.secondsPerStep),
      (.flopsPerPair, result.flopsPerPair), (.gflops, result.flops / 1e9), (.peakGflops, result.peakFlops / 1e9),
      (.utilization, result.utilization), (.limitGflops, result.limitFlops / 1e9),
      (.limitUtilization, result.limitUtilization), (.captionTokens, captionTokens),
    ] + seconds { try fields.encode(number, forKey: key) }
    // Where they differ: so that others can be measured on the same.
    if Set(captionLengths).count > 1 { try fields.encode(captionLengths, forKey: .captionLengths) }
  }

  /// Worker 0's in the median step, under the names of metrics.jsonl.
  private var seconds: [(CodingKeys, Double)] {
    let phases = result.phases
    return [
      (.encodeSeconds, phases[.encode]), (.gatherSeconds, phases[.gather]), (.lossSeconds, phases[.loss]),
      (.backwardSeconds, phases[.backward]), (.reduceSeconds, phases[.reduce]), (.updateSeconds, phases[.update]),
      (.gatherHiddenSeconds, phases.hidden(.gather)), (.reduceHiddenSeconds, phases.hidden(.reduce)),
    ]
  }
}

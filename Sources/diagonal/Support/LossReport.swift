import Foundation
import Planning

/// What `diagonal bench loss` measured, as a line and as JSON.
struct LossReport: Encodable {
  let batch: Int
  let dim: Int
  let workers: Int
  let threads: Int
  let result: LossBenchmark.Result

  var line: String {
    String(
      format: """
        batch \(batch), dim \(dim), \(workers) × \(threads): %.3f s, %.1f MB, %.1f GFLOP/s, \
        %.0f %% of the processor's
        """, result.seconds, Double(result.peakBytes) / 1e6, result.flops / 1e9,
      100 * result.flops / result.limitFlops)
  }

  private enum CodingKeys: String, CodingKey {
    case batch, dim, workers, seconds, gflops
    case limitGflops = "limit_gflops"
    case peakBytes = "peak_bytes"
  }

  func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: CodingKeys.self)
    for (key, count) in [
      (CodingKeys.batch, batch), (.dim, dim), (.workers, workers), (.peakBytes, result.peakBytes),
    ] { try fields.encode(count, forKey: key) }
    for (key, number) in [
      (CodingKeys.seconds, result.seconds), (.gflops, result.flops / 1e9), (.limitGflops, result.limitFlops / 1e9),
    ] { try fields.encode(number, forKey: key) }
  }
}

import Foundation

/// The gradient's noise scale over the last hundred steps or so: the ratio of both estimates' moving averages.
///
/// A step's own estimates are too rough to be divided, and may be negative. Both averages lack the same weight at the
/// start, which the ratio doesn't see.
///
/// - Source: McCandlish et al., “An empirical model of large-batch training”, 2018, appendix A.1.
package struct NoiseAverage {
  private static let keep = 0.99
  private var signal = 0.0
  private var noise = 0.0

  package init() {}

  /// Goes on where a run stopped: its rows hold all that the averages are made of, so a resumed run writes what it would
  /// have written without a stop.
  ///
  /// - Parameter path: of `metrics.jsonl`, cut off after the step that the run goes on from.
  package init(after path: String) {
    struct Row: Decodable {
      let gradient_signal: Double?
      let gradient_noise: Double?
    }
    let lines = (FileManager.default.contents(atPath: path) ?? Data()).split(separator: UInt8(ascii: "\n"))
    for row in lines.compactMap({ try? JSONDecoder().decode(Row.self, from: $0) }) {
      _ = add(signal: row.gradient_signal ?? .nan, noise: row.gradient_noise ?? .nan)
    }
  }

  /// Takes a step's estimates in, see `NoiseScale`; those that aren't numbers are passed over.
  ///
  /// - Returns: the scale in pairs; NaN as long as the averages don't tell it, where one of them isn't above 0.
  package mutating func add(signal newSignal: Double, noise newNoise: Double) -> Double {
    if newSignal.isFinite && newNoise.isFinite {
      signal = Self.keep * signal + (1 - Self.keep) * newSignal
      noise = Self.keep * noise + (1 - Self.keep) * newNoise
    }
    return signal > 0 && noise > 0 ? noise / signal : .nan
  }
}

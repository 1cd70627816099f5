import Foundation
import Metrics
import Synchronization

/// Counters, gauges and histograms of swift-metrics in Prometheus' text format.
///
/// Labels come from code alone, never from a request, so that their number is bounded.
/// - Source: https://prometheus.io/docs/instrumenting/exposition_formats/
final class PrometheusMetrics: MetricsFactory {
  struct Name: Hashable {
    let metric: String
    /// `route="/search",status="200"`
    let labels: String
  }
  private let all = Mutex<[Name: Series]>([:])

  /// One metric with its labels. What is recorded is kept as a number, or as counts of numbers by size.
  final class Series: CounterHandler, RecorderHandler, TimerHandler {
    enum Kind: String { case counter, gauge, histogram }
    struct Numbers {
      var value = 0.0
      var sum = 0.0
      /// How many fell to each bound and not to one before; the last to none.
      var counts: [Int]
    }
    let kind: Kind
    let bounds: [Double]
    private let numbers: Mutex<Numbers>

    init(_ kind: Kind, bounds: [Double] = []) {
      (self.kind, self.bounds) = (kind, bounds)
      numbers = Mutex(Numbers(counts: [Int](repeating: 0, count: bounds.count + 1)))
    }

    func increment(by amount: Int64) { numbers.withLock { $0.value += Double(amount) } }
    func reset() { numbers.withLock { $0.value = 0 } }
    func record(_ value: Int64) { record(Double(value)) }
    func recordNanoseconds(_ duration: Int64) { record(Double(duration) / 1e9) }

    func record(_ value: Double) {
      let place = bounds.firstIndex { value <= $0 } ?? bounds.count
      numbers.withLock {
        $0.value = value
        $0.sum += value
        $0.counts[place] += 1
      }
    }

    fileprivate func lines(_ name: Name) -> [String] {
      let numbers = numbers.withLock { $0 }
      func line(_ ending: String, _ more: String, _ value: String) -> String {
        let labels = [name.labels, more].filter { !$0.isEmpty }.joined(separator: ",")
        return name.metric + ending + (labels.isEmpty ? "" : "{\(labels)}") + " " + value
      }
      guard kind == .histogram else { return [line("", "", number(numbers.value))] }
      var (sum, lines) = (0, [String]())
      for (bound, count) in zip(bounds.map(number) + ["+Inf"], numbers.counts) {
        sum += count
        lines.append(line("_bucket", "le=\"\(bound)\"", "\(sum)"))
      }
      return lines + [line("_sum", "", number(numbers.sum)), line("_count", "", "\(sum)")]
    }
  }

  /// All that was recorded.
  func text() -> String {
    let all = all.withLock { $0 }
    var lines: [String] = []
    for (metric, series) in Dictionary(grouping: all, by: { $0.key.metric }).sorted(by: { $0.key < $1.key }) {
      lines.append("# TYPE \(metric) \(series[0].value.kind.rawValue)")
      for (name, one) in series.sorted(by: { $0.key.labels < $1.key.labels }) { lines += one.lines(name) }
    }
    return lines.map { $0 + "\n" }.joined()
  }

  private func series(_ label: String, _ dimensions: [(String, String)], _ make: () -> Series) -> Series {
    let labels = dimensions.map { "\($0)=\"\($1)\"" }.joined(separator: ",")
    return all.withLock { all in
      let name = Name(metric: label, labels: labels)
      if let known = all[name] { return known }
      let made = make()
      all[name] = made
      return made
    }
  }

  func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
    series(label, dimensions) { Series(.counter) }
  }
  func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
    series(label, dimensions) {
      aggregate ? Series(.histogram, bounds: [1, 2, 4, 8, 16, 32, 64, 128, 256]) : Series(.gauge)
    }
  }
  func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
    series(label, dimensions) {
      Series(.histogram, bounds: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30])
    }
  }
  func destroyCounter(_ handler: any CounterHandler) {}
  func destroyRecorder(_ handler: any RecorderHandler) {}
  func destroyTimer(_ handler: any TimerHandler) {}
}

/// `3`, `0.0025`
private func number(_ value: Double) -> String {
  value == value.rounded() && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
}

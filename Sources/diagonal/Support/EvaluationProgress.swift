import Evaluation
import Files
import Foundation
import Pairs

/// How an evaluation goes, on standard error: one line that renews itself on a terminal, else one every ten seconds.
final class EvaluationProgress: EvaluationObserver {
  private let start = ProcessInfo.processInfo.systemUptime
  private let line = RenewingLine()
  private var skips = SkipLines()

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

  func skipped(_ sample: SkippedSample) {
    if let text = skips.line(sample) { line.note(text) }
  }

  /// Says how many pairs of which kind were left out, if any.
  func finish() {
    if let text = skips.last { printError(text) }
  }
}

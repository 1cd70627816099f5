import Evaluation
import Foundation
import Pairs
import Training

/// How an evaluation goes, on standard error: one line that renews itself on a terminal, else one every ten seconds.
final class EvaluationProgress: EvaluationObserver {
  private let start = ProcessInfo.processInfo.systemUptime
  private let terminal = isatty(STDERR_FILENO) == 1
  private var lastShown = ProcessInfo.processInfo.systemUptime
  private var leftOut = 0

  var seconds: Double { ProcessInfo.processInfo.systemUptime - start }

  func advanced(to pairs: Int, of total: Int) {
    let now = ProcessInfo.processInfo.systemUptime
    guard now - lastShown >= (terminal ? 0.1 : 10) || terminal && pairs == total else { return }
    lastShown = now
    let rate = Double(pairs) / max(seconds, 1e-3)
    let text = String(
      format: "%d/%d pairs  %.0f pairs/s  %@ left", pairs, total, rate, duration(Double(total - pairs) / rate))
    say(terminal ? "\r\(text)\u{1B}[K" + (pairs == total ? "\n" : "") : text + "\n")
  }

  func skipped(_ sample: SkippedSample) {
    leftOut += 1
    say((terminal ? "\r\u{1B}[K" : "") + "left out: \(sample)\n")
  }

  /// Says how many pairs were left out, if any.
  func finish() {
    if leftOut > 0 { printError("\(leftOut) \(leftOut == 1 ? "pair was" : "pairs were") left out") }
  }

  private func say(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }
}

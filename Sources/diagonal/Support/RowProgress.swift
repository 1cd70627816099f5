import Files
import Foundation

/// How work on rows goes, on standard error: one line that renews itself on a terminal, else one every ten seconds.
final class RowProgress {
  private let start = ProcessInfo.processInfo.systemUptime
  private let line = RenewingLine()
  private let first: Int
  private let total: Int

  /// - Parameter first: how many rows were done before.
  init(of total: Int, from first: Int = 0) {
    (self.total, self.first) = (total, first)
    _ = line.isDue(after: 0)
  }

  var seconds: Double { ProcessInfo.processInfo.systemUptime - start }

  func advanced(to done: Int) {
    let isLast = done == total
    guard line.isDue(after: line.terminal ? 0.1 : 10) || line.terminal && isLast else { return }
    let rate = Double(done - first) / max(seconds, 1e-3)
    line.show(
      String(format: "%d/%d rows  %.0f rows/s  %@ left", done, total, rate, duration(Double(total - done) / rate)),
      isLast: isLast)
  }
}

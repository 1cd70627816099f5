import Foundation

/// How a run goes, on standard error: one line that renews itself on a terminal, else a line every so many steps.
public final class ProgressLine {
  private let steps: Int
  private let every: Int
  private let terminal: Bool
  private let write: (String) -> Void
  private var secondsPerStep: Double?
  private var lastShown = -Double.infinity

  /// - Parameters:
  ///   - steps: of the whole run.
  ///   - every: steps between plain lines.
  public convenience init(steps: Int, every: Int) {
    self.init(steps: steps, every: every, terminal: isatty(STDERR_FILENO) == 1) { text in
      FileHandle.standardError.write(Data(text.utf8))
    }
  }

  package init(steps: Int, every: Int, terminal: Bool, write: @escaping (String) -> Void) {
    self.steps = steps
    self.every = every
    self.terminal = terminal
    self.write = write
  }

  public func show(_ row: Metrics) {
    // A mean that forgets, so that the time left follows a machine that slows down, but not a single slow step.
    secondsPerStep = secondsPerStep.map { $0 + 0.05 * (row.seconds - $0) } ?? row.seconds
    if terminal {
      guard isDue(row) else { return }
      write("\r\(text(row))\u{1B}[K" + (row.step == steps ? "\n" : ""))
    } else if row.step % every == 0 || row.step == steps {
      write(text(row) + "\n")
    }
  }

  /// Prints a line of its own between updates.
  public func note(_ text: String) {
    write(terminal ? "\r\u{1B}[K\(text)\n" : "\(text)\n")
  }

  /// At most ten times a second, and the last step always.
  private func isDue(_ row: Metrics) -> Bool {
    let now = ProcessInfo.processInfo.systemUptime
    guard now - lastShown >= 0.1 || row.step == steps else { return false }
    lastShown = now
    return true
  }

  private func text(_ row: Metrics) -> String {
    let top1 = 50 * (row.imageToTextTop1 + row.textToImageTop1)
    return String(
      format: "step %d/%d  loss %.4f  top-1 %.1f %%  %.0f pairs/s  %@ left", row.step, steps, row.loss, top1,
      row.pairsPerSecond, duration(Double(steps - row.step) * (secondsPerStep ?? 0)))
  }
}

extension ProgressLine: RunObserver {
  public func step(_ row: Metrics, _ details: StepDetails?) { show(row) }
}

/// `42s`, `3m 07s`, `2h 05m`.
package func duration(_ seconds: Double) -> String {
  guard seconds.isFinite, seconds < 1e9 else { return "?" }
  let whole = Int(seconds.rounded())
  if whole < 60 { return "\(whole)s" }
  if whole < 3600 { return String(format: "%dm %02ds", whole / 60, whole % 60) }
  return String(format: "%dh %02dm", whole / 3600, whole % 3600 / 60)
}

import Files
import Foundation
import Pairs

/// How a run goes, on standard error: one line that renews itself on a terminal, else a line every so many steps.
public final class ProgressLine: RunObserver {
  private let steps: Int
  private let every: Int
  private let line: RenewingLine
  private var secondsPerStep: Double?
  private var skips = SkipLines()
  /// Seconds of all steps, and of waiting for data among them.
  private var spent = (whole: 0.0, data: 0.0)

  /// - Parameters:
  ///   - steps: of the whole run.
  ///   - every: steps between plain lines.
  public convenience init(steps: Int, every: Int) { self.init(steps: steps, every: every, line: RenewingLine()) }

  package init(steps: Int, every: Int, line: RenewingLine) {
    self.steps = steps
    self.every = every
    self.line = line
  }

  public func step(_ row: Metrics, _ details: StepDetails?) {
    spent = (spent.whole + row.seconds, spent.data + row.dataSeconds)
    show(row)
  }

  public func skipped(_ sample: SkippedSample) {
    if let text = skips.line(sample) { line.note(text) }
  }

  public func finished() {
    if spent.whole > 0 {
      line.note(String(format: "%.1f %% of the time was spent waiting for data", 100 * spent.data / spent.whole))
    }
    if let text = skips.last { line.note(text + " (skipped.jsonl names them)") }
  }

  public func show(_ row: Metrics) {
    // A mean that forgets, so that the time left follows a machine that slows down, but not a single slow step.
    secondsPerStep = secondsPerStep.map { $0 + 0.05 * (row.seconds - $0) } ?? row.seconds
    let isLast = row.step == steps
    // On a terminal at most ten times a second, and the last step always.
    let isDue = line.terminal ? line.isDue(after: 0.1) : row.step % every == 0
    if isDue || isLast { line.show(text(row), isLast: isLast) }
  }

  private func text(_ row: Metrics) -> String {
    let top1 = 50 * (row.imageToTextTop1 + row.textToImageTop1)
    return String(
      format: "step %d/%d  loss %.4f  top-1 %.1f %%  %.0f pairs/s  %@ left", row.step, steps, row.loss, top1,
      row.pairsPerSecond, duration(Double(steps - row.step) * (secondsPerStep ?? 0)))
  }
}

import Files
import Foundation
import Pairs

/// How a run goes, on standard error: one line that renews itself on a terminal; else a line of the first step, of every
/// so many, and where those are long one every half minute. In the end what it found, and where.
public final class ProgressLine: RunObserver {
  private let steps: Int
  private let every: Int
  private let line: RenewingLine
  private var secondsPerStep: Double?
  private var skips = SkipLines()
  private var summary = RunSummary()

  private static let mostSeconds = 30.0

  /// - Parameters:
  ///   - steps: of the whole run.
  ///   - every: steps between plain lines, at most.
  public convenience init(steps: Int, every: Int) { self.init(steps: steps, every: every, line: RenewingLine()) }

  package init(steps: Int, every: Int, line: RenewingLine) {
    self.steps = steps
    self.every = every
    self.line = line
  }

  public func started(_ setup: TrainingSetup) { summary.start(setup) }

  public func step(_ row: Metrics, _ details: StepDetails?) {
    summary.add(row)
    show(row)
  }

  public func evaluated(_ row: EvaluationRow) { line.note(row.words) }

  public func saved(_ checkpoint: String, step: Int) { summary.checkpoint = checkpoint }

  public func skipped(_ sample: SkippedSample) {
    if let text = skips.line(sample) { line.note(text) }
  }

  public func finished() {
    if let text = skips.last { line.note(text + " (skipped.jsonl names them)") }
    for text in summary.lines { line.note(text) }
  }

  public func show(_ row: Metrics) {
    // A mean that forgets, so that the time left follows a machine that slows down, but not a single slow step.
    secondsPerStep = secondsPerStep.map { $0 + 0.05 * (row.seconds - $0) } ?? row.seconds
    let isLast = row.step == steps
    if isDue(row.step) || isLast { line.show(text(row), isLast: isLast) }
  }

  /// On a terminal at most ten times a second, and the last step always. Each line begins the half minute anew.
  private func isDue(_ step: Int) -> Bool {
    if line.terminal { return line.isDue(after: 0.1) }
    return line.isDue(after: step % every == 0 ? 0 : Self.mostSeconds)
  }

  private func text(_ row: Metrics) -> String {
    let top1 = 100 * row.top1
    return String(
      format: "step %d/%d  loss %.4f  top-1 %.1f %%  %.0f pairs/s  %@ left", row.step, steps, row.loss, top1,
      row.pairsPerSecond, duration(Double(steps - row.step) * (secondsPerStep ?? 0)))
  }
}

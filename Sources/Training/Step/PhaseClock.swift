import Engine

/// A worker's stopwatch: finds the seconds and the memory of a step's phases where their work is done.
///
/// Phases may lie within each other, as an update does that runs amid backward. A second counts for the innermost phase
/// alone, so that seconds add up to the step's; memory counts for all phases that it is held in. One thread uses a
/// clock, its worker's.
public final class PhaseClock {
  /// What was found since the last restart.
  public private(set) var phases = Phases()
  /// Phases that are under way, the innermost last.
  private var running: [Phases.Phase] = []
  /// Until when seconds are counted.
  private var counted = ContinuousClock.now

  public init() {}

  /// Begins a step: nothing is counted yet.
  package func restart() { phases = Phases() }

  /// Runs `body` as a part of `phase`.
  package func time<Result>(_ phase: Phases.Phase, _ body: () throws -> Result) rethrows -> Result {
    count()
    running.append(phase)
    defer {
      count()
      running.removeLast()
    }
    return try body()
  }

  /// Notes seconds of calls of `phase` that passed while this worker computed.
  func addHidden(_ seconds: Double, to phase: Phases.Phase) { phases[entry: phase].hidden += seconds }

  /// Counts what passed since the last time for the phases that are under way.
  private func count() {
    let (now, bytes) = (ContinuousClock.now, LiveBytes.peakSinceLastAsked())
    if let innermost = running.last { phases[entry: innermost].seconds += (now - counted).seconds }
    for phase in running { phases[entry: phase].bytes = max(phases[entry: phase].bytes, bytes) }
    counted = now
  }
}

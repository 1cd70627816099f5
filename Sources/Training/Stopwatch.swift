/// Seconds of a step by phase.
public struct Phases: Sendable {
  public enum Phase: Int, CaseIterable, Sendable { case data, encode, gather, loss, backward, reduce, update }

  private var durations = [Duration](repeating: .zero, count: Phase.allCases.count)

  public init() {}

  public subscript(phase: Phase) -> Double { durations[phase.rawValue].seconds }

  /// Runs `body` on the clock of `phase`.
  mutating func time<Result>(_ phase: Phase, _ body: () throws -> Result) rethrows -> Result {
    let start = ContinuousClock.now
    defer { durations[phase.rawValue] += ContinuousClock.now - start }
    return try body()
  }
}

extension Duration {
  var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}

import Collectives
import Engine

/// Seconds and memory of a step by phase.
public struct Phases: Sendable {
  public enum Phase: Int, CaseIterable, Sendable { case data, encode, gather, loss, backward, reduce, update }

  private struct Entry {
    var seconds = 0.0
    var hidden = 0.0
    var bytes = 0
  }

  private var entries = [Entry](repeating: Entry(), count: Phase.allCases.count)

  public init() {}

  public subscript(phase: Phase) -> Double { entries[phase.rawValue].seconds }

  /// Seconds of a phase's calls that passed while this worker computed, and so are not in the phase's own.
  public func hidden(_ phase: Phase) -> Double { entries[phase.rawValue].hidden }

  /// The most that this worker's tensors held within the phase.
  public func bytes(_ phase: Phase) -> Int { entries[phase.rawValue].bytes }

  /// Runs `body` on the clock of `phase`.
  package mutating func time<Result>(_ phase: Phase, _ body: () throws -> Result) rethrows -> Result {
    let start = ContinuousClock.now
    let (result, bytes) = try LiveBytes.peak(body)
    entries[phase.rawValue].seconds += (ContinuousClock.now - start).seconds
    entries[phase.rawValue].bytes = max(entries[phase.rawValue].bytes, bytes)
    return result
  }

  /// Seconds that passed on the clock of one phase are another's.
  mutating func move(_ seconds: Double, from: Phase, to: Phase) {
    entries[from.rawValue].seconds -= seconds
    entries[to.rawValue].seconds += seconds
  }

  /// The same for a wait for what was posted to the background.
  @discardableResult
  mutating func wait<Result>(
    _ phase: Phase, _ body: () throws -> (Result, spent: Background.Spent)
  ) rethrows -> Result {
    let (result, spent) = try time(phase, body)
    entries[phase.rawValue].hidden += spent.hidden
    return result
  }
}

/// As numbers, to be sent.
extension Phases {
  package static let numberCount = 3 * Phase.allCases.count

  package var numbers: [Double] { entries.flatMap { [$0.seconds, $0.hidden, Double($0.bytes)] } }

  package init(numbers: [Double]) {
    for i in entries.indices {
      entries[i] = Entry(seconds: numbers[3 * i], hidden: numbers[3 * i + 1], bytes: Int(numbers[3 * i + 2]))
    }
  }
}

extension Duration {
  package var seconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}

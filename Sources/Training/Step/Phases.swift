/// Seconds and memory of a step by phase.
public struct Phases: Sendable {
  public enum Phase: Int, CaseIterable, Sendable { case data, encode, gather, loss, backward, reduce, update }

  struct Entry {
    var seconds = 0.0
    var hidden = 0.0
    var bytes = 0
  }

  private var entries = [Entry](repeating: Entry(), count: Phase.allCases.count)

  public init() {}

  public subscript(phase: Phase) -> Double { self[entry: phase].seconds }

  /// Seconds of a phase's calls that passed while this worker computed, and so are not in the phase's own.
  public func hidden(_ phase: Phase) -> Double { self[entry: phase].hidden }

  /// The most that this worker's tensors held within the phase.
  public func bytes(_ phase: Phase) -> Int { self[entry: phase].bytes }

  subscript(entry phase: Phase) -> Entry {
    get { entries[phase.rawValue] }
    set { entries[phase.rawValue] = newValue }
  }
}

// As numbers, to be sent.
extension Phases {
  package static let numberCount = 3 * Phase.allCases.count

  package var numbers: [Double] { entries.flatMap { [$0.seconds, $0.hidden, Double($0.bytes)] } }

  package init(numbers: [Double]) {
    for i in entries.indices {
      entries[i] = Entry(seconds: numbers[3 * i], hidden: numbers[3 * i + 1], bytes: Int(numbers[3 * i + 2]))
    }
  }
}

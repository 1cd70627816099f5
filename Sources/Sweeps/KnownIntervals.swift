import Synchronization

/// Intervals that were computed: a bootstrap of many items takes seconds, and a report asks for it more than once.
final class KnownIntervals: Sendable {
  private let known = Mutex<[[String]: SeedInterval?]>([:])

  /// That of a name, made where it isn't known.
  func interval(_ name: [String], _ make: () -> SeedInterval?) -> SeedInterval? {
    if let found = known.withLock({ $0[name] }) { return found }
    let made = make()
    known.withLock { $0[name] = .some(made) }
    return made
  }
}

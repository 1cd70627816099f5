import Synchronization

/// The values last made, by name; one that isn't kept any more is made again.
final class Recent<Name: Hashable & Sendable, Value: Sendable>: Sendable {
  private let kept: Int
  private let values = Mutex<[(name: Name, value: Value)]>([])

  /// - Parameter kept: how many.
  init(keeping kept: Int) { self.kept = kept }

  /// - Parameter make: called while others wait, so that each value is made once; asks for no value of these.
  func value(_ name: Name, make: () -> Value) -> Value {
    values.withLock { values in
      if let known = values.last(where: { $0.name == name }) { return known.value }
      let value = make()
      if values.count == kept { values.removeFirst() }
      values.append((name, value))
      return value
    }
  }
}

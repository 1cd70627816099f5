import ArgumentParser

/// Throws, as wrong usage, unless an option's number lies within 1 and what makes sense.
func requireCount(_ name: String, _ value: Int, atMost most: Int) throws {
  guard (1...most).contains(value) else {
    throw ValidationError("\(name) is \(value), expected between 1 and \(most)")
  }
}

/// Throws, as wrong usage, for an empty path.
func requirePath(_ name: String, _ path: String) throws {
  if path.isEmpty { throw ValidationError("\(name) is empty: where to?") }
}

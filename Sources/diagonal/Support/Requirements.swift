import ArgumentParser

/// Throws, as wrong usage, unless an option's number lies within 1 and what makes sense.
func requireCount(_ name: String, _ value: Int, atMost most: Int) throws {
  guard (1...most).contains(value) else {
    throw ValidationError("\(name) is \(value), expected between 1 and \(most)")
  }
}

/// Throws, as wrong usage, for an empty path to write to, and for one whose `~` no shell has put a home in the place of.
func requirePath(_ name: String, _ path: String) throws {
  if path.isEmpty { throw ValidationError("\(name) is empty: where to?") }
  if path.hasPrefix("~") {
    throw ValidationError(
      "\(name) is \(path): no shell has put your home in place of ~, as after a =; write $HOME, or ./\(path) if it is a name"
    )
  }
}

/// Throws, as wrong usage, for more threads than any machine has cores.
func requireThreads(_ count: Int?, atLeast least: Int = 1) throws {
  guard let count, !(least...4096).contains(count) else { return }
  throw ValidationError("--threads is \(count), expected between \(least) and 4096")
}

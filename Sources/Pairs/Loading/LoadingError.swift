/// Why loading can't go on.
public enum LoadingError: Error, Hashable, CustomStringConvertible {
  /// So many attempts to load a pair failed that the fault is no single pair's.
  case mostlyCorrupt(failed: Int, attempts: Int, last: SkippedSample)

  public var description: String {
    switch self {
    case .mostlyCorrupt(let failed, let attempts, let last):
      "\(failed) of \(attempts) pairs can't be used, so something general must be wrong; the last: \(last)"
    }
  }
}

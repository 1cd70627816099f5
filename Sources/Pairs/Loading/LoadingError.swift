/// Why loading can't go on.
public enum LoadingError: Error, Hashable, CustomStringConvertible {
  /// So many attempts to load a pair failed that the fault is no single pair's.
  case mostlyCorrupt(failed: Int, attempts: Int, last: SkippedSample)
  /// - Parameter of: what of a pair, in words.
  case noFeature(of: String, PairLocation)
  case tooManyLost(lost: Int, of: Int, limit: Double, kinds: [String])

  public var description: String {
    switch self {
    case .mostlyCorrupt(let failed, let attempts, let last):
      "\(failed) of \(attempts) pairs can't be used, so something general must be wrong; the last: \(last)"
    case .noFeature(let what, let location):
      "data.features has no row of \(what) of \(location.key) in \(location.file): these data weren't embedded there, or were "
        + "changed since; embed them again (of several captions of a pair the first alone is stored)"
    case .tooManyLost(let lost, let all, let limit, let kinds):
      "\(lost) of \(all) pairs can't be used, more than data.skip_limit \(limit) allows: "
        + kinds.joined(separator: "; ")
    }
  }
}

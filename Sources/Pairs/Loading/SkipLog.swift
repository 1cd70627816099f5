import Synchronization

/// Counts what loading met that could not be used, and names each such pair once.
final class SkipLog: Sendable {
  private struct State {
    var attempts = 0
    var failed = 0
    var replaced = 0
    var named: Set<SkippedSample> = []
    var inOrder: [SkippedSample] = []
  }

  /// Below this many attempts too few were seen to call a data set broken.
  private static let fewestAttempts = 32

  private let state = Mutex(State())
  private let report: @Sendable (SkippedSample) -> Void

  init(known: [SkippedSample], report: @escaping @Sendable (SkippedSample) -> Void) {
    self.report = report
    state.withLock { ($0.named, $0.inOrder) = (Set(known), known) }
    known.forEach(report)
  }

  var skipped: [SkippedSample] { state.withLock { $0.inOrder } }

  /// Positions that another sample took.
  var replaced: Int { state.withLock { $0.replaced } }

  func countReplaced() { state.withLock { $0.replaced += 1 } }

  func succeeded() { state.withLock { $0.attempts += 1 } }

  func failed(_ sample: SkippedSample) {
    let isNew = state.withLock { state in
      state.attempts += 1
      state.failed += 1
      let isNew = state.named.insert(sample).inserted
      if isNew { state.inOrder.append(sample) }
      return isNew
    }
    if isNew { report(sample) }
  }

  /// Throws once more than half of all attempts have failed.
  func requireMostlyWhole(last sample: SkippedSample) throws(LoadingError) {
    let (failed, attempts) = state.withLock { ($0.failed, $0.attempts) }
    if attempts >= Self.fewestAttempts && 2 * failed > attempts {
      throw .mostlyCorrupt(failed: failed, attempts: attempts, last: sample)
    }
  }
}

/// What makes a pair one to skip, or nil when the error is about more than that pair.
func skippable(_ error: any Error, at location: PairLocation) -> SkippedSample? {
  switch error {
  case is SampleError, is PictureError, is RecordLimitError:
    SkippedSample(key: location.key, shard: location.file, reason: String(describing: error))
  default: nil
  }
}

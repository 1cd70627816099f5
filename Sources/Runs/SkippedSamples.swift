import Pairs
import Synchronization

/// Pairs that loaders' threads have left out, until worker 0 tells its observers of them.
final class SkippedSamples: Sendable {
  private let waiting = Mutex<[SkippedSample]>([])

  func add(_ sample: SkippedSample) { waiting.withLock { $0.append(sample) } }

  /// Those since the last call.
  func taken() -> [SkippedSample] {
    waiting.withLock { waiting in
      defer { waiting = [] }
      return waiting
    }
  }
}

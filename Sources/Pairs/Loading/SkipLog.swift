import Synchronization

/// Counts what reading met that could not be used, and names each such pair once.
final class SkipLog: Sendable {
  private struct State {
    var replaced = 0
    var named: Set<SkippedSample> = []
    var inOrder: [SkippedSample] = []
    var summary = SkipSummary()
  }

  private let state = Mutex(State())
  private let report: @Sendable (SkippedSample) -> Void

  init(known: [SkippedSample], report: @escaping @Sendable (SkippedSample) -> Void) {
    self.report = report
    for sample in known { add(sample) }
  }

  var skipped: [SkippedSample] { state.withLock { $0.inOrder } }

  /// Positions that another sample took.
  var replaced: Int { state.withLock { $0.replaced } }

  func countReplaced() { state.withLock { $0.replaced += 1 } }

  func add(_ sample: SkippedSample) {
    let isNew = state.withLock { state in
      let isNew = state.named.insert(sample).inserted
      if isNew {
        state.inOrder.append(sample)
        state.summary.add(sample)
      }
      return isNew
    }
    if isNew { report(sample) }
  }

  /// Throws once more pairs are lost than may be.
  func require(_ limit: SkipLimit) throws(LoadingError) { try limit.check(state.withLock { $0.summary }) }
}

/// How much of some data may be lost before the fault is taken for a general one.
public struct SkipLimit: Sendable, Hashable {
  /// Of all pairs that the data seem to hold.
  public let share: Double
  /// Those that can be read, and those that were lost when the data were opened.
  public let pairs: Int

  public init(share: Double, of source: any PairSource) {
    (self.share, pairs) = (share, source.count + SkipSummary(source.skipped).lost)
  }

  /// What a run file has where it says nothing.
  public static let usualShare = 0.5

  /// Throws where more is lost than may be.
  public func check(_ summary: SkipSummary) throws(LoadingError) {
    if Double(summary.lost) > share * Double(pairs) {
      throw .tooManyLost(lost: summary.lost, of: pairs, limit: share, kinds: summary.lines)
    }
  }
}

/// What makes a pair one to skip, or nil when the error is about more than that pair.
package func skippable(_ error: any Error, at location: PairLocation) -> SkippedSample? {
  switch error {
  case let flaw as Flaw: SkippedSample(flaw, at: location)
  case let error as PictureError: SkippedSample(.undecodable(reason: error.description), at: location)
  default: nil
  }
}

import Files
import Foundation
import Pairs
import Synchronization

/// How the indexing of shards goes, on standard error: one line that renews itself on a terminal, else one every ten
/// seconds.
enum IndexProgress {
  /// What opens data is given.
  static func keeping() -> IndexKeeping {
    let line = Mutex(Line())
    return IndexKeeping { done, total in line.withLock { $0.show(done, of: total) } }
  }

  private struct Line {
    private let line = RenewingLine()
    private var start = 0.0

    mutating func show(_ done: Int, of total: Int) {
      let now = ProcessInfo.processInfo.systemUptime
      if done == 1 {
        start = now
        if !line.terminal { _ = line.isDue(after: 0) }
      }
      let isLast = done == total
      guard line.isDue(after: line.terminal ? 0.1 : 10) || line.terminal && isLast else { return }
      let left = (now - start) / Double(max(1, done - 1)) * Double(total - done)
      line.show("\(done)/\(total) shards indexed  \(duration(left)) left", isLast: isLast)
    }
  }
}

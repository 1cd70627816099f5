import Collectives
import Pairs
import Settings

/// How many pairs come with the wrong captions that a loss asks for: of all, or of some that lie evenly over the data.
package struct GivenHardNegatives: Sendable {
  private let wanted: HardNegatives
  private(set) var looked = 0
  /// Pairs without any, and with fewer than are taken.
  private(set) var none = 0
  private(set) var few = 0

  private static let mostPairs = 10_000

  /// Called by all workers, each of which reads its part of the pairs.
  ///
  /// - Throws: `RunFileError` where no pair has any.
  package init(_ wanted: HardNegatives, in source: any PairSource, over workers: any Communicator) throws {
    self.wanted = wanted
    read(source, workers.rank, of: workers.size)
    // At most 10,000, so exact.
    (looked, none, few) = (
      Int(try workers.sum(Float(looked))), Int(try workers.sum(Float(none))), Int(try workers.sum(Float(few)))
    )
    guard none == max(1, looked) else { return }
    // The same everywhere, it reads better once: the others wait for worker 0's end.
    if workers.rank > 0 { try workers.barrier() }
    throw RunFileError.value(
      key: "loss.hard_negatives", found: "\(wanted.each)",
      must: "be null: none of \(looked) pairs has a text in “\(wanted.field)”, the field that data.hard_negatives names"
    )
  }

  private mutating func read(_ source: any PairSource, _ part: Int, of parts: Int) {
    let pairs = min(source.count, Self.mostPairs)
    for number in stride(from: part, to: pairs, by: parts) {
      // A pair that can't be read is told of when it is met.
      guard let pair = try? source.pairWithoutImage(at: number * source.count / pairs) else { continue }
      let count = wanted.all(of: pair).count
      looked += 1
      if count == 0 { none += 1 } else if count < wanted.each { few += 1 }
    }
  }

  /// Nil where all have as many as are taken.
  package var line: String? {
    guard none + few > 0 else { return nil }
    return "of \(looked) pairs \(none) have no text in “\(wanted.field)” and \(few) fewer than loss.hard_negatives "
      + "\(wanted.each): pictures are compared with what there is"
  }
}

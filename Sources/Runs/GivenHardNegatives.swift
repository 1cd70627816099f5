import Pairs
import Settings

/// How many pairs come with the wrong captions that a loss asks for: of all, or of some that lie evenly over the data.
struct GivenHardNegatives: Sendable {
  private let wanted: HardNegatives
  private(set) var looked = 0
  /// Pairs without any, and with fewer than are taken.
  private(set) var none = 0
  private(set) var few = 0

  private static let mostPairs = 10_000

  /// - Throws: `RunFileError` where no pair has any.
  init(_ wanted: HardNegatives, in source: any PairSource) throws {
    self.wanted = wanted
    let pairs = min(source.count, Self.mostPairs)
    for number in 0..<pairs {
      // A pair that can't be read is told of when it is met.
      guard let pair = try? source.pairWithoutImage(at: number * source.count / pairs) else { continue }
      let count = wanted.all(of: pair).count
      looked += 1
      if count == 0 { none += 1 } else if count < wanted.each { few += 1 }
    }
    guard none < max(1, looked) else {
      throw RunFileError.value(
        key: "loss.hard_negatives", found: "\(wanted.each)",
        must:
          "be null: none of \(looked) pairs has a text in “\(wanted.field)”, the field that data.hard_negatives names")
    }
  }

  /// Nil where all have as many as are taken.
  var line: String? {
    guard none + few > 0 else { return nil }
    return "of \(looked) pairs \(none) have no text in “\(wanted.field)” and \(few) fewer than loss.hard_negatives "
      + "\(wanted.each): pictures are compared with what there is"
  }
}

import CLIP
import Pairs

/// How many captions the model's context is too short for: of all, or of some that lie evenly over the data.
struct LongCaptions {
  private let looked: Int
  private let long: Int
  private let context: Int
  private let isAll: Bool

  private static let mostPairs = 10_000

  init(_ setup: TrainingSetup) {
    let (source, tokenizer) = (setup.source, setup.tokenizer)
    let context = setup.configuration.text.contextLength
    let pairs = min(source.count, Self.mostPairs)
    var (looked, long) = (0, 0)
    for number in 0..<pairs {
      // A pair that can't be read is told of when it is met.
      guard let pair = try? source.pairWithoutImage(at: number * source.count / pairs) else { continue }
      looked += pair.captions.count
      // With room for one more, only a longer text has its end there.
      long += pair.captions.count { tokenizer.tokens($0, contextLength: context + 1)[context] == tokenizer.lastToken }
    }
    (self.looked, self.long, self.context, isAll) = (looked, long, context, pairs == source.count)
  }

  /// Nil where all fit.
  var line: String? {
    guard long > 0 else { return nil }
    let some = isAll ? "\(looked) captions" : "\(looked) captions looked at"
    return "\(long) of \(some) are longer than the model's context of \(context) tokens, and lose their ends"
  }
}
